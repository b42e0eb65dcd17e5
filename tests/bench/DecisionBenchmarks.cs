using BenchmarkDotNet.Attributes;
using Coral.Bench.Inputs;
using Coral.Policies;

namespace Coral.Bench;

/// <summary>One decision, in process. Targets: 10 µs with the samples, 50 µs with 200 policies and 1 000 nodes, 8 KB allocated.</summary>
public class DecisionBenchmarks
{
    private readonly DecisionEngine engine = new();
    private PodRequest typical = null!;
    private PodRequest large = null!;
    private ClusterFacts samples = null!;
    private ClusterFacts manyPoliciesAndNodes = null!;

    /// <summary>The level that the namespace enforces.</summary>
    [Params("privileged", "baseline", "restricted")]
    public string Level { get; set; } = "";

    /// <summary>Reads the inputs, and makes sure that decisions inject: a skip would be fast and prove nothing.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        typical = Scenes.Request(Reviews.Typical);
        large = Scenes.Request(Reviews.Large);
        samples = Scenes.Samples(Level);
        manyPoliciesAndNodes = Scenes.Large(Level);
        foreach (var decision in new[] { Typical(), ManyPoliciesAndNodes(), LargePod() })
        {
            if (decision.Outcome != Outcome.Injected) throw new InvalidOperationException($"{Level}: expected an injection, got {decision.Outcome} ({decision.Reason})");
        }
    }

    /// <summary>The typical pod with the sample policies.</summary>
    [Benchmark(Baseline = true)]
    public Decision Typical() => engine.Decide(typical, samples);

    /// <summary>The typical pod among 200 policies and 1 000 nodes.</summary>
    [Benchmark]
    public Decision ManyPoliciesAndNodes() => engine.Decide(typical, manyPoliciesAndNodes);

    /// <summary>The pod of 88 KB with the sample policies.</summary>
    [Benchmark]
    public Decision LargePod() => engine.Decide(large, samples);
}
