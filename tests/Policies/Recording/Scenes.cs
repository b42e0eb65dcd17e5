using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Policies.Fitness;
using Coral.Policies.Nodes;
using Coral.Policies.PodSecurity;
using Coral.Policies.Selection;
using Coral.Policies.Tests.Decisions;
using Coral.Policies.Tests.Nodes;
using Coral.Policies.Variants;
using Coral.Testing.Pods;

namespace Coral.Policies.Tests.Recording;

/// <summary>Clusters, policies and pods that together reach everything that a decision reads.</summary>
internal static class Scenes
{
    internal const int Pods = 320;

    private static readonly string[] RuntimeClassNames = ["plain", "kata", "windows", "unknown"];

    private static readonly string OurVolume = VariantCatalogue.Shipped.Restricted.Volumes[0].GetProperty("name").GetString()!;

    /// <summary>Namespace <c>shop</c> in clusters that differ in all besides policies.</summary>
    internal static IReadOnlyDictionary<string, ClusterFacts> Clusters { get; } = new Dictionary<string, ClusterFacts>(StringComparer.Ordinal)
    {
        ["privileged"] = Some.Cluster() with { RuntimeClasses = RuntimeClasses() },
        ["baseline"] = Cluster(Some.Namespace("baseline", ("pod-security.kubernetes.io/enforce-version", "v1.25"), ("coral.io/mode", "ebpf-full"), ("coral.io/on-mismatch", "skip"))),
        ["restricted"] = Cluster(Some.Namespace("restricted", ("openshift.io/sa.scc.uid-range", "1000620000/10000"), ("coral.io/rollout", "annotate"))),
        ["wrong-labels"] = Cluster(Some.Namespace("strict", ("coral.io/mode", "all"), ("coral.io/on-mismatch", "no"))),
        ["not-opted-in"] = Cluster(new NamespaceFacts("shop", ImmutableDictionary<string, string>.Empty.Add("team", "a"), ImmutableDictionary<string, string>.Empty)),
        ["unknown-namespace"] = ClusterFacts.Empty with { ServerVersion = new KubernetesVersion(1, 36) },
        ["probed"] = Cluster(Some.Namespace("")) with { Probed = Defaults("baseline", "v1.30") },
        ["configured"] = Cluster(Some.Namespace("")) with { PodSecurity = Defaults("baseline", "latest") with { RuntimeClasses = ["plain"] }, Probed = Defaults("restricted", "latest") },
        ["exempt-namespace"] = Cluster(Some.Namespace("restricted")) with { PodSecurity = Defaults("restricted", "latest") with { Namespaces = ["shop"], Usernames = ["builder"] } },
        ["exempt-user"] = Cluster(Some.Namespace("restricted")) with { PodSecurity = Defaults("privileged", "latest") with { Usernames = ["builder"] } },
        ["assumed-privileged"] = Cluster(Some.Namespace("")) with { AssumedLevel = Level.Privileged, ServerVersion = new KubernetesVersion(1, 28) },
        ["tight"] = Tight(Cluster(Some.Namespace())),
        ["tight-baseline"] = Tight(Cluster(Some.Namespace("baseline"))) with { ServerVersion = null },
        ["many-nodes"] = Cluster(Some.Namespace(), RandomNodes(3)),
        ["odd-nodes"] = Cluster(Some.Namespace(), RandomNodes(11)),
        ["privileged-only"] = Cluster(Some.Namespace(), Some.Proving(minimal: false, full: false)),
        ["nothing-proved"] = Cluster(Some.Namespace(), Some.Proving(minimal: false, full: false, something: false)),
        ["labelled-nodes"] = Cluster(Some.Namespace(), LabelledNodes()),
        ["no-nodes"] = Cluster(Some.Namespace(), NodeIndex.Empty),
    };

    /// <summary>Lists of policies, every part of which changes some decision.</summary>
    internal static IReadOnlyDictionary<string, ImmutableArray<InjectionPolicy>> Policies { get; } = new Dictionary<string, ImmutableArray<InjectionPolicy>>(StringComparer.Ordinal)
    {
        ["none"] = [],
        ["exact"] = [Some.Policy("exact") with { Strategy = Strategy.Exact, DefaultLevel = Level.Baseline }],
        ["pinning"] = [Some.Policy("pinning") with { Strategy = Strategy.Pin, DefaultLevel = Level.Privileged }],
        ["pinning-to-many"] = [Some.Policy("pinning-to-many") with { Strategy = Strategy.Pin, PinNodes = 3 }],
        ["excluding"] = [Some.Policy("excluding") with { ExcludedNamespaces = ["shop"], Match = new PolicyMatch { Owners = ["Job"] } }],
        ["documented"] = [Some.Policy("documented") with { Privileges = Privileges.Documented, OnMismatch = OnMismatch.Deny, DefaultLevel = Level.Privileged, Audit = AuditLevel.Required }],
        ["raising"] = [Some.Policy("raising") with { RaiseModes = ["ebpf-full", "ebpf-privileged"], NativeSidecar = NativeSidecar.Never, ShareProcessNamespace = true }],
        ["selecting"] = ClusterFacts.Order(
        [
            Some.Policy("by-team") with { Priority = 3, Rollout = Rollout.Observe, Match = new PolicyMatch { Namespaces = new NamespaceMatch([], Selector("team", "a")) } },
            Some.Policy("by-pod") with { Priority = 2, AllowedModes = ["ebpf-full"], Match = new PolicyMatch { Pods = Selector("app", "shop") } },
            Some.Policy("by-image") with { Priority = 1, NativeSidecar = NativeSidecar.Always, Match = new PolicyMatch { Images = ["*nginx*"], ServiceAccounts = ["default"] } },
        ]),
        ["overriding"] = [Some.Policy("overriding") with { Variants = Overrides() }],
    };

    /// <summary>Generated pods, and some of them as we have patched them before.</summary>
    internal static IEnumerable<JsonElement> AllPods()
    {
        for (var seed = 0; seed < Pods; seed++)
        {
            var pod = PodGenerator.GenerateNode(seed, new PodGeneratorOptions { UnknownFields = true, Ephemeral = true });
            if (seed % 4 == 0) pod["spec"]!["runtimeClassName"] = RuntimeClassNames[seed / 4 % RuntimeClassNames.Length];
            if (seed % 5 == 0) pod["spec"]!["serviceAccountName"] = "tight";
            if (seed % 9 == 0) pod["spec"]!["resources"] = new JsonObject { ["limits"] = new JsonObject { ["memory"] = seed % 2 == 0 ? "70Mi" : "300Mi" } };
            if (seed % 21 == 0) pod["spec"]!["volumes"] = new JsonArray(new JsonObject { ["name"] = OurVolume, ["emptyDir"] = new JsonObject() });
            if (seed % 7 == 0) pod["metadata"]!["ownerReferences"] = new JsonArray(new JsonObject { ["kind"] = "Job", ["name"] = "j", ["controller"] = true });
            yield return JsonSerializer.SerializeToElement(pod);
            if (seed % 8 != 0) continue;
            var text = pod.ToJsonString();
            var decision = Some.Decide(text);
            if (!decision.Patch.IsEmpty) yield return Some.Json(Patched.Pod(text, decision));
        }
    }

    internal static PodRequest Request(JsonElement pod, string user = "builder") => new()
    {
        DecisionId = "11111111-2222-3333-4444-555555555555",
        Namespace = "shop",
        Pod = pod,
        Requester = new Requester(user, "u", ["g"]),
    };

    private static ClusterFacts Cluster(NamespaceFacts scope, NodeIndex? nodes = null)
    {
        var labelled = scope with { Labels = scope.Labels.SetItem("team", "a"), Annotations = scope.Annotations.SetItem("example.com/token", "s3cret") };
        return Some.Cluster(labelled, nodes) with { RuntimeClasses = RuntimeClasses() };
    }

    private static ClusterFacts Tight(ClusterFacts facts) => facts with
    {
        LimitRanges = FactsReader.LimitRanges(
        [
            Some.Json("""
                {"metadata":{"name":"limits","namespace":"shop"},"spec":{"limits":[
                 {"type":"Container","max":{"cpu":"350m","memory":"1.5Gi"},"min":{"cpu":"10m"},"maxLimitRequestRatio":{"cpu":"25"}},
                 {"type":"Pod","max":{"memory":"4Gi","ephemeral-storage":"1G"}}]}}
                """),
        ]),
        Quotas = FactsReader.Quotas(
        [
            Some.Json("""{"metadata":{"name":"effort","namespace":"shop"},"spec":{"hard":{"cpu":"1"},"scopes":["BestEffort"]}}"""),
            Some.Json("""{"metadata":{"name":"quota","namespace":"shop"},"spec":{"hard":{"requests.cpu":"1.7","limits.memory":"3000000001n","memory":"9223372036854775807"}},"status":{"used":{"requests.cpu":"333333u"}}}"""),
        ]),
        ServiceAccounts = ImmutableDictionary<(string, string), ServiceAccountFacts>.Empty.Add(("shop", "tight"), new ServiceAccountFacts("shop", "tight", ["known"], ["pull"])),
    };

    private static ImmutableDictionary<string, RuntimeClassFacts> RuntimeClasses() => FactsReader.RuntimeClasses(
    [
        Some.Json("""{"metadata":{"name":"plain"},"handler":"runc","scheduling":{"nodeSelector":{"kubernetes.io/hostname":"node-a"}}}"""),
        Some.Json("""{"metadata":{"name":"kata"},"handler":"kata-qemu","scheduling":{"tolerations":[{"operator":"Exists"}]}}"""),
        Some.Json("""{"metadata":{"name":"windows"},"handler":"runhcs","scheduling":{"nodeSelector":{"kubernetes.io/os":"windows"}}}"""),
    ]);

    private static PodSecurityDefaults Defaults(string level, string version) =>
        Levels.TryParse(level, out var known) && PolicyVersion.TryParse(version, out var at)
            ? PodSecurityDefaults.BuiltIn with { Enforce = new LevelVersion(known, at) }
            : throw new ArgumentException($"{level}:{version}");

    private static NodeIndex RandomNodes(int seed)
    {
        var random = new RandomCluster(seed);
        var nodes = random.Nodes(9).Select(node => NodeFacts.Read(JsonSerializer.SerializeToElement(node))!).ToList();
        return NodeIndex.Build(nodes, nodes.Select(node => random.Report(node.Name)).OfType<NodeReport>(), Samples.Now, ReportOrigin.Cluster);
    }

    /// <summary>An old node, and better ones that pods may be pinned to.</summary>
    private static NodeIndex LabelledNodes()
    {
        static NodeFacts Labelled(string name, string value) => Samples.Node(name, $"\"coral.io/ebpf\": \"{value}\"");
        return Samples.Index(
            (Samples.Node("node-a", "\"kubernetes.io/hostname\": \"node-a\"", kubelet: "v1.28.4"), null),
            (Labelled("node-b", "minimal"), Samples.ProvesMinimal("node-b")),
            (Labelled("node-c", "minimal"), Samples.ProvesMinimal("node-c")),
            (Labelled("node-d", "full"), Samples.ProvesFull("node-d")));
    }

    private static LabelSelector Selector(string key, string value) => new([new LabelRequirement(key, LabelOperator.In, [value])]);

    private static ImmutableDictionary<string, VariantOverride> Overrides() => ImmutableDictionary<string, VariantOverride>.Empty
        .Add("ebpf-minimal", new VariantOverride
        {
            Image = "registry.example.com/agent@sha256:0",
            ImagePullSecrets = ["pull", "other"],
            Resources = Some.Json("""{"requests":{"cpu":"20m","memory":"64Mi"},"limits":{"cpu":"300m","memory":"128Mi"}}"""),
        })
        .Add("restricted", new VariantOverride { Args = Some.Json("""["run","--quiet"]"""), Env = Some.Json("""[{"name":"TOKEN","valueFrom":{"secretKeyRef":{"name":"agent","key":"token"}}}]""") });
}
