using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Policies.Nodes;
using Coral.Policies.Selection;
using Coral.Policies.Variants;

namespace Coral.Policies.Tests.Nodes;

/// <summary>Nodes, reports and pods as short JSON, and an index over them.</summary>
internal static class Samples
{
    public static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static readonly string[] RequiredFacts = ["ringbuf", "btf", "raw_tp", "tp_btf", "iter:task", "iter:tcp"];

    public static JsonElement Json(string json) => JsonElement.Parse(json);

    /// <summary>A node; <paramref name="spec"/> and <paramref name="labels"/> are the insides of JSON objects.</summary>
    public static NodeFacts Node(string name, string labels = "", string spec = "", string kubelet = "v1.36.3", string more = "") => NodeFacts.Read(Json(
        $$$"""
        {"metadata": {"name": "{{{name}}}", "labels": { {{{labels}}} } }, "spec": { {{{spec}}} },
         "status": {"nodeInfo": {"kubeletVersion": "{{{kubelet}}}", "operatingSystem": "linux"{{{more}}} } } }
        """))!;

    /// <summary>A fresh report whose required facts are all in the given states (as is, minimal, full).</summary>
    public static NodeReport Report(string node, string asIs = "ok", string minimal = "ok", string full = "ok", string memlock = "not-needed", string socket = "/run/containerd/containerd.sock") =>
        NodeReport.Read(Json(ReportJson(node, asIs, minimal, full, memlock, socket)))!;

    public static string ReportJson(string node, string asIs = "ok", string minimal = "ok", string full = "ok", string memlock = "not-needed", string socket = "/run/containerd/containerd.sock")
    {
        var facts = RequiredFacts.Select(name => $$"""
            "{{name}}": {"state": "{{asIs}}", "minimal": {"state": "{{minimal}}"}, "full": {"state": "{{full}}"} }
            """);
        return $$"""
            {"metadata": {"name": "{{node}}"}, "node": "{{node}}", "observedAt": "2026-11-21T11:55:00Z", "expiresAt": "2026-11-21T12:25:00Z",
             "system": {"memlock": "{{memlock}}", "runtimeSocket": "{{socket}}"}, "facts": { {{string.Join(", ", facts)}} } }
            """;
    }

    public static NodeReport ProvesMinimal(string node) => Report(node);

    public static NodeReport ProvesFull(string node) => Report(node, minimal: "denied");

    public static NodeReport ProvesPrivileged(string node) => Report(node, minimal: "denied", full: "denied");

    public static NodeReport ProvesNothing(string node) => Report(node, "absent", "absent", "absent");

    public static NodeIndex Index(params (NodeFacts Node, NodeReport? Report)[] nodes) =>
        NodeIndex.Build(nodes.Select(pair => pair.Node), nodes.Select(pair => pair.Report).OfType<NodeReport>(), Now, ReportOrigin.Cluster);

    /// <summary>The floor of a pod whose spec has the given inside.</summary>
    public static Floor FloorOf(this NodeIndex index, string spec = "", Scheduling extra = default, Strategy strategy = Strategy.Common) =>
        index.FloorFor(Json($"{{{spec}}}"), extra, strategy);

    /// <summary>Where a pod whose spec has the given inside may be pinned to.</summary>
    public static PinOffer PinOf(this NodeIndex index, string spec = "", int fewest = Pin.FewestNodes) => index.PinFor(Json($"{{{spec}}}"), default, fewest);

    /// <summary>The nodes for the least privilege that any prove.</summary>
    public static PinTarget? Best(this PinOffer offer) => offer.For(Requirement.Minimal) ?? offer.For(Requirement.Full);

    /// <summary>The feasible ones among up to five nodes: none of them reports, so that all of them set the floor.</summary>
    public static string Feasible(string spec, params NodeFacts[] nodes) =>
        string.Join(',', NodeIndex.Build(nodes, [], Now, ReportOrigin.Cluster).FloorOf(spec).SetBy);

    /// <summary>A pod's spec after additions.</summary>
    public static JsonElement Patched(JsonObject spec, IEnumerable<PinAddition> additions)
    {
        var pod = new JsonObject { ["spec"] = spec.DeepClone() };
        foreach (var addition in additions)
        {
            var steps = addition.Path.Split('/')[1..];
            JsonNode at = pod;
            foreach (var step in steps[..^1]) at = (at is JsonArray array ? array[int.Parse(step, CultureInfo.InvariantCulture)] : at[step])!;
            var value = JsonNode.Parse(addition.Value.GetRawText());
            if (at is JsonArray list) list.Add(value);
            else at[steps[^1]] = value;
        }

        return Json(pod["spec"]!.ToJsonString());
    }
}
