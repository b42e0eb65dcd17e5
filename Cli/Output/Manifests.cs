using System.Text.Json;
using Coral.Policies.Bundles;

namespace Coral.Cli.Output;

/// <summary>Prints objects so that kubectl reads them.</summary>
internal static class Manifests
{
    /// <summary>One YAML document an object.</summary>
    internal static void WriteYaml(TextWriter output, IReadOnlyList<JsonElement> objects)
    {
        for (var i = 0; i < objects.Count; i++)
        {
            if (i > 0) output.Write("---\n");
            YamlText.Write(objects[i], output);
        }
    }

    /// <summary>One JSON value: the object, or a List of several.</summary>
    internal static void WriteJson(TextWriter output, IReadOnlyList<JsonElement> objects) => output.WriteLine(Json.ToText(
        json =>
        {
            if (objects.Count == 1)
            {
                objects[0].WriteTo(json);
                return;
            }

            json.WriteStartObject();
            json.WriteString("apiVersion", "v1");
            json.WriteString("kind", "List");
            json.WriteStartArray("items");
            foreach (var item in objects) item.WriteTo(json);
            json.WriteEndArray();
            json.WriteEndObject();
        },
        indented: true));
}
