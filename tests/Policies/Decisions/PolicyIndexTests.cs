using System.Collections.Immutable;
using System.Text.Json;
using Coral.Policies.Nodes;
using Coral.Policies.Selection;

namespace Coral.Policies.Tests.Decisions;

/// <summary>However policies are found, it is the first one of their order that matches: against a search that asks every policy every question.</summary>
public sealed class PolicyIndexTests
{
    private static readonly string[] Names = ["shop", "bank", "lab"];

    [Fact]
    public void The_policy_is_the_first_that_matches_whatever_it_asks_for()
    {
        var (matched, unmatched) = (0, 0);
        for (var seed = 0; seed < 3_000; seed++)
        {
            var random = new Random(seed);
            var policies = ClusterFacts.Order(Enumerable.Range(0, random.Next(12)).Select(number => Policy(random, number)));
            var scope = new NamespaceFacts(Pick(random, Names), Labels(random).Add("coral.io/inject", "true"), ImmutableDictionary<string, string>.Empty);
            var pod = Pod(random);
            var facts = Some.Cluster(scope) with { Policies = policies };

            var found = Some.Engine.Decide(new PodRequest { DecisionId = "0", Namespace = scope.Name, Pod = pod }, facts).Policy;

            Assert.Equal(policies.FirstOrDefault(policy => Matches(policy.Match, pod, scope))?.Name, found);
            if (found is null) unmatched++;
            else matched++;
        }

        // The cases would show little if nearly all went one way.
        Assert.InRange(matched, 600, 2_400);
        Assert.InRange(unmatched, 600, 2_400);
    }

    [Fact]
    public void A_namespace_that_any_policy_excludes_is_excluded()
    {
        var facts = Some.Cluster(policies: [new InjectionPolicy { Name = "a", Match = new PolicyMatch { Owners = ["Job"] }, ExcludedNamespaces = ["shop"] }]);
        Assert.Equal(Reasons.ExcludedNamespace, Some.Decide(facts: facts).Reason);
        Assert.Equal(Outcome.Injected, Some.Decide(facts: facts with { Policies = [] }).Outcome);
    }

    private static InjectionPolicy Policy(Random random, int number) => new()
    {
        Name = $"p{number}",
        Priority = random.Next(3),
        Match = new PolicyMatch
        {
            Namespaces = random.Next(3) == 0 ? new NamespaceMatch(AFew(random, Names), random.Next(2) == 0 ? Selector(random) : null) : null,
            Pods = random.Next(2) == 0 ? Selector(random) : null,
            Owners = random.Next(4) == 0 ? AFew(random, ["ReplicaSet", "Job", "None"]) : [],
            ServiceAccounts = random.Next(4) == 0 ? AFew(random, ["default", "builder"]) : [],
            Images = random.Next(4) == 0 ? AFew(random, ["*nginx*", "registry/*", "app"]) : [],
            NodeSelector = random.Next(6) == 0 ? ImmutableDictionary<string, string>.Empty.Add("pool", "gpu") : ImmutableDictionary<string, string>.Empty,
        },
    };

    private static LabelSelector Selector(Random random) => new([.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => random.Next(4) switch
    {
        0 => new LabelRequirement(Pick(random, ["a", "b"]), LabelOperator.NotIn, AFew(random, ["1", "2"])),
        1 => new LabelRequirement(Pick(random, ["a", "b"]), random.Next(2) == 0 ? LabelOperator.Exists : LabelOperator.DoesNotExist, []),
        _ => new LabelRequirement(Pick(random, ["a", "b"]), LabelOperator.In, AFew(random, ["1", "2"])),
    })]);

    private static ImmutableDictionary<string, string> Labels(Random random)
    {
        var labels = ImmutableDictionary<string, string>.Empty;
        foreach (var key in new[] { "a", "b" })
        {
            if (random.Next(2) == 0) labels = labels.Add(key, Pick(random, ["1", "2", "3"]));
        }

        return labels;
    }

    private static JsonElement Pod(Random random) => JsonSerializer.SerializeToElement(new
    {
        metadata = new
        {
            name = "p",
            labels = Labels(random),
            ownerReferences = random.Next(2) == 0 ? null : new[] { new { apiVersion = "v1", kind = Pick(random, ["ReplicaSet", "Job"]), controller = random.Next(3) > 0 } },
        },
        spec = new
        {
            serviceAccountName = random.Next(2) == 0 ? "builder" : "",
            nodeSelector = random.Next(2) == 0 ? null : new { pool = Pick(random, ["gpu", "cpu"]) },
            containers = new[] { new { name = "c", image = Pick(random, ["nginx:1", "registry/x", "app"]) } },
        },
    });

    /// <summary>By the words of docs/reference/policy.md, without a thought for speed.</summary>
    private static bool Matches(PolicyMatch match, JsonElement pod, NamespaceFacts scope)
    {
        var spec = pod.GetProperty("spec");
        var metadata = pod.GetProperty("metadata");
        var owner = metadata.GetProperty("ownerReferences") is { ValueKind: JsonValueKind.Array } owners && owners[0].GetProperty("controller").GetBoolean() ? owners[0].GetProperty("kind").GetString()! : "None";
        var account = spec.GetProperty("serviceAccountName").GetString() is { Length: > 0 } stated ? stated : "default";
        var image = spec.GetProperty("containers")[0].GetProperty("image").GetString()!;
        return (match.Namespaces is not { } namespaces || ((namespaces.Names.IsEmpty || namespaces.Names.Contains(scope.Name)) && (namespaces.Selector is not { } ofScope || LabelSelectors.Matches(ofScope, scope.Labels))))
            && (match.Pods is not { } ofPod || LabelSelectors.Matches(ofPod, metadata.GetProperty("labels")))
            && (match.Owners.IsEmpty || match.Owners.Contains(owner))
            && (match.ServiceAccounts.IsEmpty || match.ServiceAccounts.Contains(account))
            && (match.Images.IsEmpty || match.Images.Any(pattern => pattern switch
            {
                "*nginx*" => image.Contains("nginx", StringComparison.Ordinal),
                "registry/*" => image.StartsWith("registry/", StringComparison.Ordinal),
                _ => image == pattern,
            }))
            && match.NodeSelector.All(pair => spec.GetProperty("nodeSelector") is { ValueKind: JsonValueKind.Object } selector && selector.GetProperty(pair.Key).GetString() == pair.Value);
    }

    private static T Pick<T>(Random random, T[] items) => items[random.Next(items.Length)];

    private static ImmutableArray<T> AFew<T>(Random random, T[] items) => [.. items.Where(_ => random.Next(2) == 0).DefaultIfEmpty(items[0])];
}
