using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Policies.Nodes;

namespace Coral.Policies.Tests.Nodes.Real;

/// <summary>A pod as it is sent to the API server.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Spec">Its spec.</param>
/// <param name="Extra">What its RuntimeClass will add.</param>
/// <param name="Labels">The labels that it was pinned to, if it was.</param>
internal sealed record AskedPod(string Name, JsonElement Spec, Scheduling Extra, ImmutableArray<string> Labels)
{
    public const string ClassName = "sandbox";

    public static readonly JsonObject Class = new()
    {
        ["apiVersion"] = "node.k8s.io/v1",
        ["kind"] = "RuntimeClass",
        ["metadata"] = new JsonObject { ["name"] = ClassName },
        ["handler"] = "sandbox",
        ["scheduling"] = new JsonObject
        {
            ["nodeSelector"] = new JsonObject { ["sandboxes"] = "yes" },
            ["tolerations"] = new JsonArray(new JsonObject { ["key"] = "dedicated", ["operator"] = "Exists", ["effect"] = "NoSchedule" }),
        },
    };

    public static AskedPod Make(string name, RandomCluster random, IReadOnlyList<NodeFacts> nodes)
    {
        var spec = random.Pod(valid: true);
        var extra = default(Scheduling);
        if (random.Chance(0.15))
        {
            spec["runtimeClassName"] = ClassName;
            extra = Scheduling.Read(Samples.Json(Class.ToJsonString()));
        }

        if (random.Chance(0.3))
        {
            var tolerations = spec["tolerations"] as JsonArray ?? [];
            tolerations.Add(new JsonObject { ["key"] = "cost", ["operator"] = random.Chance(0.5) ? "Lt" : "Gt", ["value"] = "5" });
            spec["tolerations"] ??= tolerations;
        }

        // As if every node had proved what its label says.
        var index = Samples.Index([.. nodes.Select(node => (node, node.Labels.GetValueOrDefault(Vocabulary.NodeEbpf) switch
        {
            "minimal" => Samples.ProvesMinimal(node.Name),
            "full" => Samples.ProvesFull(node.Name),
            _ => null,
        }))]);
        var pin = index.PinFor(Samples.Json(spec.ToJsonString()), extra, fewest: 1);
        var labels = random.Chance(0.5) ? pin.Best()?.Labels ?? [] : [];
        return new AskedPod(name, Samples.Patched(spec, PinAffinity.Additions(Samples.Json(spec.ToJsonString()), labels)), extra, labels);
    }

    public JsonObject Whole()
    {
        var spec = JsonNode.Parse(Spec.GetRawText())!.AsObject();
        spec["containers"] = new JsonArray(new JsonObject { ["name"] = "app", ["image"] = "app" });
        return new JsonObject { ["apiVersion"] = "v1", ["kind"] = "Pod", ["metadata"] = new JsonObject { ["name"] = Name }, ["spec"] = spec };
    }
}
