namespace NRules.RuleModel;

[Flags]
public enum ActionTrigger
{
    None = 0,
    Activated = 1,
    Reactivated = 2,
    Deactivated = 4,
}

[Flags]
public enum MatchTrigger
{
    None = 0,
    Created = 1,
    Updated = 2,
    Removed = 4,
}

public enum RuleRepeatability
{
    Repeatable = 0,
    NonRepeatable = 1,
}

public interface IRuleDefinition
{
    string Name { get; }

    string Description { get; }

    int Priority { get; }

    RuleRepeatability Repeatability { get; }

    IEnumerable<string> Tags { get; }
}

public interface IRuleSet
{
    string Name { get; }

    IEnumerable<IRuleDefinition> Rules { get; }
}

public interface IRuleRepository
{
    IEnumerable<IRuleSet> GetRuleSets();
}

public interface IIdentityProvider
{
    object GetIdentity();
}

public sealed class Declaration
{
    public string Name => throw null!;

    public Type Type => throw null!;
}

public interface IFactMatch
{
    Declaration Declaration { get; }

    object? Value { get; }
}

public interface IMatch
{
    IRuleDefinition Rule { get; }

    IEnumerable<IFactMatch> Facts { get; }

    MatchTrigger Trigger { get; }
}

public interface IKeyedLookup<TKey, TElement> : ILookup<TKey, TElement>
{
    IEnumerable<TKey> Keys { get; }
}

public interface IContext
{
    IRuleDefinition Rule { get; }

    IMatch Match { get; }

    CancellationToken CancellationToken { get; }

    void Halt();

    void Insert(object fact);

    void InsertAll(IEnumerable<object> facts);

    bool TryInsert(object fact);

    void Update(object fact);

    void UpdateAll(IEnumerable<object> facts);

    bool TryUpdate(object fact);

    void Retract(object fact);

    void RetractAll(IEnumerable<object> facts);

    bool TryRetract(object fact);

    IEnumerable<object> GetLinkedKeys();

    object? GetLinked(object key);

    void InsertLinked(object key, object fact);

    void UpdateLinked(object key, object fact);

    void RetractLinked(object key, object fact);

    TService Resolve<TService>();

    object Resolve(Type serviceType);
}

public static class RuleRepositoryExtensions
{
    public static IEnumerable<IRuleDefinition> GetRules(this IRuleRepository repository) => throw null!;
}
