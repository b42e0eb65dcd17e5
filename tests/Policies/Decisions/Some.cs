using System.Collections.Immutable;
using System.Text.Json;
using Coral.Policies.Nodes;
using Coral.Policies.Selection;

namespace Coral.Policies.Tests.Decisions;

/// <summary>Small worlds for decisions: each test changes the one thing that it is about.</summary>
internal static class Some
{
    internal static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private static readonly string[] Required = ["ringbuf", "btf", "raw_tp", "tp_btf", "iter:task", "iter:tcp"];

    /// <summary>A pod that every level admits.</summary>
    internal const string HardenedPod = """
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"app"},"spec":{"restartPolicy":"Always",
         "securityContext":{"runAsNonRoot":true,"seccompProfile":{"type":"RuntimeDefault"}},
         "containers":[{"name":"app","image":"nginx","securityContext":{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]}}}]}}
        """;

    internal static JsonElement Json(string text) => JsonDocument.Parse(text).RootElement.Clone();

    internal static PodRequest Request(string pod = HardenedPod, string ns = "shop") => new() { DecisionId = "11111111-2222-3333-4444-555555555555", Namespace = ns, Pod = Json(pod) };

    /// <summary>A namespace that opted in and enforces privileged.</summary>
    internal static NamespaceFacts Namespace(string level = "privileged", params (string Key, string Value)[] more)
    {
        var labels = ImmutableDictionary<string, string>.Empty.Add("coral.io/inject", "true");
        if (level.Length > 0) labels = labels.Add("pod-security.kubernetes.io/enforce", level);
        var annotations = ImmutableDictionary<string, string>.Empty;
        foreach (var (key, value) in more)
        {
            if (key is "coral.io/inject" or "coral.io/required" || key.StartsWith("pod-security", StringComparison.Ordinal)) labels = labels.SetItem(key, value);
            else annotations = annotations.SetItem(key, value);
        }

        return new NamespaceFacts("shop", labels, annotations);
    }

    /// <summary>A cluster with one node that proves ebpf-minimal.</summary>
    internal static ClusterFacts Cluster(NamespaceFacts? scope = null, NodeIndex? nodes = null, params InjectionPolicy[] policies)
    {
        scope ??= Namespace();
        return ClusterFacts.Empty with
        {
            Namespaces = ImmutableDictionary<string, NamespaceFacts>.Empty.Add(scope.Name, scope),
            Nodes = nodes ?? Proving(minimal: true, full: true),
            Policies = ClusterFacts.Order(policies),
            ServerVersion = new KubernetesVersion(1, 36),
        };
    }

    /// <summary>One node whose report says so.</summary>
    internal static NodeIndex Proving(bool minimal, bool full, bool something = true, string memlock = "not-needed", string kubelet = "v1.36.3", DateTimeOffset? expires = null) =>
        NodeIndex.Build([Node("node-a", kubelet)], [Report("node-a", minimal, full, something, memlock, expires ?? Now.AddMinutes(30))], Now, ReportOrigin.Cluster);

    internal static NodeFacts Node(string name, string kubelet = "v1.36.3") => NodeFacts.Read(Json(
        $$$"""{"metadata":{"name":"{{{name}}}","labels":{"kubernetes.io/os":"linux","kubernetes.io/hostname":"{{{name}}}"} },"status":{"nodeInfo":{"kubeletVersion":"{{{kubelet}}}","operatingSystem":"linux"} } }"""))!;

    internal static NodeReport Report(string name, bool minimal, bool full, bool something, string memlock, DateTimeOffset expires)
    {
        static string State(bool ok) => ok ? "ok" : "denied";
        var facts = string.Join(',', Required.Select(fact => $$$"""
            "{{{fact}}}":{"state":"{{{State(something)}}}","minimal":{"state":"{{{State(minimal)}}}"},"full":{"state":"{{{State(full)}}}"}}
            """));
        return NodeReport.Read(Json($$$"""{"node":"{{{name}}}","expiresAt":"{{{expires:yyyy-MM-ddTHH:mm:ssZ}}}","system":{"memlock":"{{{memlock}}}"},"facts":{ {{{facts}}} } }"""))!;
    }

    internal static InjectionPolicy Policy(string name = "policy") => new() { Name = name };

    internal static Decision Decide(string pod = HardenedPod, ClusterFacts? facts = null) => Engine.Decide(Request(pod), facts ?? Cluster());

    internal static readonly DecisionEngine Engine = new();
}
