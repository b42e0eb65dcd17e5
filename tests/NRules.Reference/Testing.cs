using System.Linq.Expressions;
using NRules.Fluent.Dsl;

namespace NRules.Testing;

public class RulesTestFixture
{
    public IRepositorySetup Setup => throw null!;

    public ISession Session => throw null!;

    public void Verify(Action<IRulesVerification> action) => throw null!;

    public void VerifySequence(Action<IRulesVerification> action) => throw null!;

    public IEnumerable<T> GetFiredFacts<T>() => throw null!;

    public T GetFiredFact<T>() => throw null!;

    public T GetFiredFact<T>(int index) => throw null!;
}

public interface IRepositorySetup
{
    void Rule<T>()
        where T : Rule, new();
}

public interface IRulesVerification
{
    IRuleVerification Rule();

    IRuleVerification Rule<T>()
        where T : Rule;
}

public interface IRuleVerification
{
    void Fired(params FactConstraint[] constraints);

    void Fired(Times times, params FactConstraint[] constraints);

    void NotFired();
}

public class Times
{
    public static Times Never => throw null!;

    public static Times Once => throw null!;

    public static Times Twice => throw null!;

    public static Times Exactly(int callCount) => throw null!;
}

public abstract class FactConstraint;

public abstract class FactConstraint<TFact> : FactConstraint;

public static class Matched
{
    public static FactConstraint<TFact> Fact<TFact>() => throw null!;

    public static FactConstraint<TFact> Fact<TFact>(TFact factValue) => throw null!;

    public static FactConstraint<TFact> Fact<TFact>(Expression<Func<TFact, bool>> predicateExpression) => throw null!;
}
