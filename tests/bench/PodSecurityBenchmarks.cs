using BenchmarkDotNet.Attributes;
using Coral.Bench.Inputs;
using Coral.Policies;
using Coral.Policies.PodSecurity;

namespace Coral.Bench;

/// <summary>One verdict of the Pod Security Standards, newest version.</summary>
public class PodSecurityBenchmarks
{
    private PodView typical;
    private PodView large;

    /// <summary>The level to judge by.</summary>
    [Params(Policies.PodSecurity.Level.Baseline, Policies.PodSecurity.Level.Restricted)]
    public Level Level { get; set; }

    /// <summary>Reads the inputs.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        typical = new PodView(Reviews.Pod(Reviews.Typical));
        large = new PodView(Reviews.Pod(Reviews.Large));
    }

    /// <summary>The typical pod, which every level admits.</summary>
    [Benchmark]
    public Verdict Typical() => PodSecurityEvaluator.Evaluate(typical, Level, PolicyVersion.Latest);

    /// <summary>The pod of 88 KB.</summary>
    [Benchmark]
    public Verdict LargePod() => PodSecurityEvaluator.Evaluate(large, Level, PolicyVersion.Latest);
}
