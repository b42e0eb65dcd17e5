#if !USE_NRULES
namespace Coral.Policies.Rules.Testing;

/// <summary>
/// Tests rules by themselves: name them, insert facts, fire, and say which rules must have fired how often and for what. The session is made when it is first
/// asked for; rules can't be added after that.
/// </summary>
public class RulesTestFixture
{
    private readonly Lazy<ISession> session;
    private readonly RepositorySetup setup = new();

    public RulesTestFixture() => session = new Lazy<ISession>(Create);

    public IRepositorySetup Setup => setup;

    public ISession Session => session.Value;

    /// <summary>What fired, in order.</summary>
    public RuleInvocationRecorder Recorder { get; } = new();

    /// <summary>Says that an expectation is not met.</summary>
    public IRuleAsserter Asserter { get; set; } = new ThrowingAsserter();

    /// <summary>How often rules fired.</summary>
    public void Verify(Action<IRulesVerification> verification) => verification(new Counting(this));

    /// <summary>Which rules fired one after the other; all that fired must be named.</summary>
    public void VerifySequence(Action<IRulesVerification> verification)
    {
        var sequence = new Sequence(this);
        verification(sequence);
        sequence.End();
    }

    /// <summary>The facts of a type of the last firing.</summary>
    public IEnumerable<T> GetFiredFacts<T>() => Recorder.All[^1].Values.OfType<T>();

    /// <summary>The first fact of a type of the last firing.</summary>
    public T GetFiredFact<T>() => GetFiredFacts<T>().First();

    /// <summary>The first fact of a type of one of the firings.</summary>
    public T GetFiredFact<T>(int index) => Recorder.All[index].Values.OfType<T>().First();

    internal Type Only => setup.Rules.Types.Single();

    private ISession Create()
    {
        var repository = new RuleRepository(setup.Rules);
        repository.Load(x => x.From(scan => scan.Type(setup.Rules.Types).PrivateTypes().NestedTypes()));
        var made = repository.Compile().CreateSession();
        made.Events.RuleFiredEvent += (_, args) => Recorder.Add(args.Match);
        return made;
    }

    private sealed class ThrowingAsserter : IRuleAsserter
    {
        public void Fail(string message) => throw new RuleAssertionException(message);
    }
}

/// <summary>Names the rules to test.</summary>
public interface IRepositorySetup
{
    void Rule<T>()
        where T : Rule, new();
}

/// <summary>Says that an expectation is not met.</summary>
public interface IRuleAsserter
{
    void Fail(string message);
}

public sealed class RuleAssertionException(string message) : Exception(message);

internal sealed class RepositorySetup : IRepositorySetup
{
    internal RuleList Rules { get; } = new();

    public void Rule<T>()
        where T : Rule, new() => Rules.Add<T>();
}
#endif
