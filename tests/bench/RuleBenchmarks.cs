using BenchmarkDotNet.Attributes;
using Coral.Bench.Rules;
using Coral.Policies.Rules;

namespace Coral.Bench;

/// <summary>A session of the rule engine, of the size that a decision needs: 45 rules, 11 facts in, 10 firings.</summary>
public class RuleBenchmarks
{
    private readonly ISessionFactory factory = SampleRules.Compile();
    private readonly object[] facts = SampleRules.Facts;

    /// <summary>Makes sure that the rules say what they should.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        var session = factory.CreateSession();
        session.InsertAll(facts);
        var (firings, outcome) = (session.Fire(), session.Query<Rules.Outcome>().Single());
        if ((firings, outcome) != (10, new Rules.Outcome("Injected", "proved-full"))) throw new InvalidOperationException($"{outcome} after {firings} firings");
    }

    /// <summary>Fact by fact, to the end.</summary>
    [Benchmark]
    public int Decide()
    {
        var session = factory.CreateSession();
        using var ends = session as IDisposable;
        foreach (var fact in facts) session.Insert(fact);
        return session.Fire();
    }

    /// <summary>Nothing matches: what a session costs by itself.</summary>
    [Benchmark]
    public int Nothing()
    {
        var session = factory.CreateSession();
        using var ends = session as IDisposable;
        return session.Fire();
    }
}
