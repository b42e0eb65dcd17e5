using BenchmarkDotNet.Attributes;
using Coral.Bench.Inputs;
using Coral.Policies;

namespace Coral.Bench;

/// <summary>One decision among policies that cannot match: it must grow less than they do.</summary>
public class PolicyBenchmarks
{
    private readonly DecisionEngine engine = new();
    private PodRequest typical = null!;
    private ClusterFacts facts = null!;

    /// <summary>How many policies there are; the last one matches.</summary>
    [Params(1, 10, 100, 1000)]
    public int Policies { get; set; }

    /// <summary>Reads the inputs, and makes sure that the last policy is the one.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        typical = Scenes.Request(Reviews.Typical);
        facts = Scenes.WithPolicies(Policies);
        if (Decide().Policy != "default") throw new InvalidOperationException($"expected the last policy, got {Decide().Policy}");
    }

    /// <summary>The typical pod in a privileged namespace.</summary>
    [Benchmark]
    public Decision Decide() => engine.Decide(typical, facts);
}
