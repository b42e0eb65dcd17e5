using System.Collections.Immutable;
using System.Text.Json;
using Coral.Policies;
using Coral.Policies.Nodes;
using Coral.Policies.Selection;
using Coral.Webhook.Facts;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Bench.Inputs;

/// <summary>The clusters that decisions are measured in. The reviews' namespace <c>peers</c> is opted in everywhere.</summary>
internal static class Scenes
{
    internal const string Namespace = "peers";

    /// <summary>The shipped samples: two proved nodes and one policy.</summary>
    internal static ClusterFacts Samples(string level)
    {
        using var samples = StandaloneFacts.Read(Path.Join(AppContext.BaseDirectory, "samples"), null, TimeProvider.System, NullLoggerFactory.Instance);
        var facts = samples.Current;
        return facts with { Namespaces = facts.Namespaces.SetItem(Namespace, Scope(level)) };
    }

    /// <summary>200 policies of which only the last matches, each by another part of its match, and 1 000 labelled nodes of which every tenth is tainted.</summary>
    internal static ClusterFacts Large(string level)
    {
        var now = TimeProvider.System.GetUtcNow();
        var nodes = Enumerable.Range(0, 1000).Select(Node).ToList();
        var reports = Enumerable.Range(0, 1000).Select(Report).ToList();
        return Samples(level) with
        {
            Nodes = NodeIndex.Build(nodes, reports, now, ReportOrigin.File),
            Policies = ClusterFacts.Order(Enumerable.Range(0, 199).Select(Policy).Append(new InjectionPolicy { Name = "default", Priority = -1 })),
        };
    }

    /// <summary>So many policies of which only the last matches.</summary>
    internal static ClusterFacts WithPolicies(int count) =>
        Samples("privileged") with { Policies = ClusterFacts.Order(Enumerable.Range(0, count - 1).Select(Policy).Append(new InjectionPolicy { Name = "default", Priority = -1 })) };

    internal static PodRequest Request(byte[] review) => new() { DecisionId = "11111111-2222-3333-4444-555555555555", Namespace = Namespace, Pod = Reviews.Pod(review) };

    private static NamespaceFacts Scope(string level) => new(
        Namespace,
        ImmutableDictionary<string, string>.Empty.Add("coral.io/inject", "true").Add("pod-security.kubernetes.io/enforce", level),
        ImmutableDictionary<string, string>.Empty);

    private static InjectionPolicy Policy(int number) => new()
    {
        Name = $"policy-{number:000}",
        Priority = number,
        Match = (number % 5) switch
        {
            0 => new PolicyMatch { Namespaces = new NamespaceMatch([$"team-{number}", $"team-{number}-test"], null) },
            1 => new PolicyMatch { Pods = new LabelSelector([new LabelRequirement("app", LabelOperator.In, [$"app-{number}"])]) },
            2 => new PolicyMatch { Images = [$"registry.example.com/team-{number}/*"] },
            3 => new PolicyMatch { ServiceAccounts = [$"account-{number}"], Owners = ["ReplicaSet"] },
            _ => new PolicyMatch { Namespaces = new NamespaceMatch([], new LabelSelector([new LabelRequirement("team", LabelOperator.In, [$"team-{number}"])])) },
        },
        ExcludedNamespaces = number % 20 == 0 ? [$"system-{number}"] : [],
    };

    /// <summary>A Node of 20 pools and three zones; every tenth is tainted.</summary>
    internal static JsonElement NodeJson(int number, bool cordoned = false) => Json($$$"""
        {"metadata":{"name":"node-{{{number}}}","labels":{"kubernetes.io/os":"linux","kubernetes.io/arch":"amd64","kubernetes.io/hostname":"node-{{{number}}}","topology.kubernetes.io/zone":"zone-{{{number % 3}}}","pool":"pool-{{{number % 20}}}"} },
         "spec":{"unschedulable":{{{(cordoned ? "true" : "false")}}},"taints":[{{{(number % 10 == 0 ? """{"key":"dedicated","value":"batch","effect":"NoSchedule"}""" : "")}}}]},
         "status":{"nodeInfo":{"kubeletVersion":"v1.36.3","operatingSystem":"linux"} } }
        """);

    /// <summary>A report that proves all that is needed; without an expiry it is one of a file.</summary>
    internal static JsonElement ReportJson(int number, DateTimeOffset? expires = null)
    {
        var facts = string.Join(',', new[] { "ringbuf", "btf", "raw_tp", "tp_btf", "iter:task", "iter:tcp" }.Select(name => $$$"""
            "{{{name}}}":{"state":"ok","minimal":{"state":"ok"},"full":{"state":"ok"} }
            """));
        var expiry = expires is { } time ? $"\"expiresAt\":\"{time.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}\"," : "";
        return Json($$$"""{"metadata":{"name":"node-{{{number}}}"},"node":"node-{{{number}}}",{{{expiry}}}"system":{"memlock":"not-needed"},"facts":{ {{{facts}}} } }""");
    }

    private static NodeFacts Node(int number) => NodeFacts.Read(NodeJson(number))!;

    private static NodeReport Report(int number) => NodeReport.Read(ReportJson(number))!;

    private static JsonElement Json(string text) => JsonElement.Parse(text);
}
