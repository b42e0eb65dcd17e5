namespace Coral.Policies.Tests.Rules.Parity;

/// <summary>A shape of rule: one class a shape, run against whichever engine is compiled.</summary>
public abstract class Shape
{
    private readonly RulesTestFixture fixture = new();

    protected ISession Session => fixture.Session;

    protected void Use<T>()
        where T : Rule, new() => fixture.Setup.Rule<T>();

    protected void Fires<T>(int times, params FactConstraint[] constraints)
        where T : Rule => fixture.Verify(x => x.Rule<T>().Fired(Times.Exactly(times), constraints));

    protected void Sequence(Action<IRulesVerification> verification) => fixture.VerifySequence(verification);

    protected T Last<T>() => fixture.GetFiredFact<T>();

    /// <summary>Inserts each as a change of its own.</summary>
    protected void Insert(params object[] facts)
    {
        foreach (var fact in facts) Session.Insert(fact);
    }

    protected int Fire() => Session.Fire();
}

/// <summary>A shape of one rule.</summary>
public abstract class Shape<T> : Shape
    where T : Rule, new()
{
    protected Shape() => Use<T>();

    protected void Fires(int times, params FactConstraint[] constraints) => Fires<T>(times, constraints);
}

// Facts with the identity of their objects.
public interface INamed
{
    string Name { get; }
}

public class Pod(string name, string node = "a") : INamed
{
    public string Name { get; set; } = name;

    public string Node { get; set; } = node;

    public int Cost { get; set; }

    public override string ToString() => $"pod {Name}";
}

public sealed class WindowsPod(string name) : Pod(name);

public sealed class Node(string name, int size = 1) : INamed
{
    public string Name { get; set; } = name;

    public int Size { get; set; } = size;

    public IReadOnlyList<string> Zones { get; set; } = [];

    public override string ToString() => $"node {Name}";
}

/// <summary>A fact whose identity is its value.</summary>
public sealed record Note(string Text);

/// <summary>A fact with an identity of its own.</summary>
public sealed record Report(string Node, int Number) : IIdentityProvider
{
    public object GetIdentity() => Node;
}
