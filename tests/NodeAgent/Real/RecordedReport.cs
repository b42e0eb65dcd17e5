using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Coral.Testing;

namespace Coral.NodeAgent.Tests.Real;

/// <summary>The reports that <c>coral --node-facts NAME</c> knows: probes of real kernels, without what differs from run to run, a fact a line.</summary>
internal static class RecordedReport
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly string[] Runs = ["observedAt", "bootId"];

    public static string Path(string name) => System.IO.Path.Join(Repository.Root, "Cli", "Facts", "Recorded", $"{name}.json");

    public static JsonElement Read(string name) => JsonDocument.Parse(File.ReadAllText(Path(name))).RootElement;

    /// <summary>The file of a report.</summary>
    public static string Text(JsonElement report)
    {
        var text = new StringBuilder("{\n");
        var members = report.EnumerateObject().Where(member => !Runs.Contains(member.Name)).ToList();
        foreach (var member in members)
        {
            text.Append($"  {Json(member.Name)}: ");
            if (member.Name is "facts" or "collectors")
            {
                text.Append("{\n");
                text.AppendJoin(",\n", member.Value.EnumerateObject().Select(fact => $"    {Json(fact.Name)}: {Line(fact.Value)}"));
                text.Append("\n  }");
            }
            else
            {
                text.Append(Json(member.Value));
            }

            text.Append(member.Name == members[^1].Name ? "\n" : ",\n");
        }

        return text.Append("}\n").ToString();
    }

    /// <summary>A fact without its microseconds.</summary>
    private static string Line(JsonElement value) => value.ValueKind != JsonValueKind.Object
        ? Json(value)
        : $"{{{string.Join(", ", value.EnumerateObject().Where(member => member.Name != "micros").Select(member => $"{Json(member.Name)}: {Line(member.Value)}"))}}}";

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, Plain);
}
