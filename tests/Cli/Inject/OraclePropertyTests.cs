using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Cli.Deciding;
using Coral.Policies;
using Coral.Policies.Bundles;
using Coral.Policies.Nodes;
using Coral.Testing;
using Coral.Testing.Pods;
using FsCheck;
using FsCheck.Fluent;

namespace Coral.Cli.Tests.Inject;

/// <summary><c>coral inject</c> gives what the engine's patch makes of the pod, as a patch program that shares no code with ours applies it.</summary>
public sealed class OraclePropertyTests
{
    private const int PodsARun = 20;
    private static readonly string[] Namespaces = ["shop", "shop-baseline", "shop-restricted", "plain"];
    private static readonly DecisionEngine Engine = new();
    private static readonly ClusterFacts Facts = Read();

    [Fact]
    public void Injected_pods_are_the_patched_pods() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(40),
        Prop.ForAll(Gen.Choose(0, 1_000_000).ToArbitrary(), seed => InjectAll(seed).GetAwaiter().GetResult()));

    private static async Task InjectAll(int seed)
    {
        var ns = Namespaces[seed % Namespaces.Length];
        var pods = Enumerable.Range(seed, PodsARun).Select(each => PodGenerator.GenerateNode(each, new PodGeneratorOptions { UnknownFields = true }).ToJsonString()).ToList();
        var run = await Coral.RunWith(string.Join('\n', pods), "inject", "-f", "-", "-o", "json", "--standalone", Coral.Standalone, "--namespace", ns);
        Assert.True(run.Code is 0 or 1, run.Error);
        var results = JsonNode.Parse(run.Out)!["items"]!.AsArray();
        Assert.Equal(pods.Count, results.Count);
        for (var i = 0; i < pods.Count; i++) Assert.Equal(Expected(pods[i], ns), results[i]!.ToJsonString());
    }

    private static string Expected(string pod, string ns)
    {
        var element = JsonElement.Parse(pod);
        var decision = Engine.Decide(new PodRequest { DecisionId = DecisionId.Of(ns, element), Namespace = ns, Pod = element }, Facts);
        var patch = decision.Patch.IsEmpty ? [] : JsonNode.Parse(decision.Patch.Span)!.AsArray();
        return JsonPatch.Apply(JsonNode.Parse(pod), patch)!.ToJsonString();
    }

    private static ClusterFacts Read()
    {
        var bundle = BundleReader.Read(Coral.Standalone);
        var nodes = NodeIndex.Build(
            bundle.Nodes.Select(node => NodeFacts.Read(node.Object)!), bundle.NodeCapabilities.Select(report => NodeReport.Read(report.Object)!), new FakeTimeProvider().GetUtcNow(), ReportOrigin.File);
        var facts = ClusterFacts.Empty with { ServerVersion = KubernetesVersion.NewestKnown, Policies = ClusterFacts.Order(bundle.Policies), Nodes = nodes };
        return facts with { Namespaces = FactsReader.Namespaces(bundle.Namespaces.Select(item => item.Object)) };
    }
}
