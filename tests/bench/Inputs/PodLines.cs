using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Testing.Pods;

namespace Coral.Bench.Inputs;

/// <summary>Pods as JSON lines, about 3 KB each: every second one the typical pod, the others with the containers, volumes and settings of a generated pod as well.</summary>
internal static class PodLines
{
    internal static void Write(int count, TextWriter output)
    {
        var typical = Reviews.Pod(Reviews.Embedded());
        for (var number = 0; number < count; number++)
        {
            var pod = JsonObject.Create(typical)!;
            var metadata = pod["metadata"]!.AsObject();
            metadata.Remove("generateName");
            metadata["name"] = $"pod-{number}";
            if (number % 2 == 1) Add(PodGenerator.GenerateNode(number)["spec"]!.AsObject(), pod["spec"]!.AsObject());
            output.Write(pod.ToJsonString() + "\n");
        }
    }

    private static void Add(JsonObject changes, JsonObject spec)
    {
        foreach (var (name, value) in changes)
        {
            if (value is JsonArray added && spec[name] is JsonArray list)
            {
                foreach (var item in added) list.Add(item!.DeepClone());
            }
            else
            {
                spec[name] = value!.DeepClone();
            }
        }
    }
}
