#if !USE_NRULES
using System.Reflection;

namespace Coral.Policies.Rules.Testing;

/// <summary>Chooses a rule to speak of.</summary>
public interface IRulesVerification
{
    /// <summary>The only rule of the fixture.</summary>
    IRuleVerification Rule();

    IRuleVerification Rule<T>()
        where T : Rule;
}

/// <summary>Speaks of a rule's firings: those for which all constraints hold.</summary>
public interface IRuleVerification
{
    void Fired(params FactConstraint[] constraints);

    void Fired(Times times, params FactConstraint[] constraints);

    void NotFired();
}

/// <summary>How often.</summary>
public readonly record struct Times(int Count)
{
    public static Times Never => new(0);

    public static Times Once => new(1);

    public static Times Twice => new(2);

    public static Times Exactly(int count) => new(count);
}

/// <summary>What a fact of a firing must be.</summary>
public abstract record FactConstraint
{
    internal abstract bool IsMet(object? value);
}

/// <summary>Makes constraints.</summary>
public static class Matched
{
    public static FactConstraint Fact<T>() => new Of<T>(_ => true);

    public static FactConstraint Fact<T>(T expected) => new Of<T>(value => EqualityComparer<T>.Default.Equals(value, expected));

    public static FactConstraint Fact<T>(Func<T, bool> predicate) => new Of<T>(predicate);

    private sealed record Of<T>(Func<T, bool> Predicate) : FactConstraint
    {
        internal override bool IsMet(object? value) => value is T typed && Predicate(typed);
    }
}

internal abstract class Verification(RulesTestFixture fixture) : IRulesVerification
{
    protected RulesTestFixture Fixture => fixture;

    public IRuleVerification Rule() => For(NameOf(fixture.Only));

    public IRuleVerification Rule<T>()
        where T : Rule => For(NameOf(typeof(T)));

    protected abstract IRuleVerification For(string rule);

    protected static bool Meets(RuleInvocationRecorder.Invocation invocation, FactConstraint[] constraints) =>
        Array.TrueForAll(constraints, constraint => invocation.Values.Any(constraint.IsMet));

    private static string NameOf(Type type) => type.GetCustomAttribute<NameAttribute>()?.Value ?? type.FullName!;
}

internal sealed class Counting(RulesTestFixture fixture) : Verification(fixture)
{
    protected override IRuleVerification For(string rule) => new Of(this, rule);

    private sealed class Of(Counting all, string rule) : IRuleVerification
    {
        public void Fired(params FactConstraint[] constraints) => Fired(Times.Once, constraints);

        public void Fired(Times times, params FactConstraint[] constraints)
        {
            var count = all.Fixture.Recorder.All.Count(one => one.Rule == rule && Meets(one, constraints));
            if (count != times.Count) all.Fixture.Asserter.Fail($"{rule} must fire {times.Count} times, and fired {count} times");
        }

        public void NotFired() => Fired(Times.Never);
    }
}

internal sealed class Sequence(RulesTestFixture fixture) : Verification(fixture)
{
    private int at;

    internal void End()
    {
        if (at < Fixture.Recorder.All.Count) Fixture.Asserter.Fail($"{Fixture.Recorder.All[at].Rule} must not fire as number {at + 1}");
    }

    protected override IRuleVerification For(string rule) => new Of(this, rule);

    private sealed class Of(Sequence all, string rule) : IRuleVerification
    {
        public void Fired(params FactConstraint[] constraints) => Fired(Times.Once, constraints);

        public void Fired(Times times, params FactConstraint[] constraints)
        {
            for (var i = 0; i < times.Count; i++, all.at++)
            {
                var fired = all.Fixture.Recorder.All.ElementAtOrDefault(all.at);
                if (fired?.Rule != rule || !Meets(fired, constraints)) all.Fixture.Asserter.Fail($"{rule} must fire as number {all.at + 1}, and {fired?.Rule ?? "nothing"} did");
            }
        }

        public void NotFired() => throw new InvalidOperationException("What did not fire has no place in a sequence");
    }
}
#endif
