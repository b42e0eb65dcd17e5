namespace Coral.Policies.Rules.RuleModel;

/// <summary>What an action may do. It belongs to one firing: don't keep it.</summary>
public interface IContext
{
    /// <summary>The rule that fires.</summary>
    IRuleDefinition Rule { get; }

    /// <summary>The facts for which it fires.</summary>
    IMatch Match { get; }

    /// <summary>The token given to <c>Fire</c>.</summary>
    CancellationToken CancellationToken { get; }

    /// <summary>No further rule fires after this one until <c>Fire</c> is called again.</summary>
    void Halt();

    /// <summary>Inserts a fact; rules see it at once. Throws <see cref="ArgumentException"/> if it is known.</summary>
    void Insert(object fact);

    /// <summary>Inserts all or, if any is known, none and throws <see cref="ArgumentException"/>.</summary>
    void InsertAll(IEnumerable<object> facts);

    /// <summary>Inserts a fact; false if it is known.</summary>
    bool TryInsert(object fact);

    /// <summary>Says that a fact changed. Throws <see cref="ArgumentException"/> if it is unknown.</summary>
    void Update(object fact);

    /// <summary>Says that all of these changed, or, if any is unknown, nothing and throws <see cref="ArgumentException"/>.</summary>
    void UpdateAll(IEnumerable<object> facts);

    /// <summary>Says that a fact changed; false if it is unknown.</summary>
    bool TryUpdate(object fact);

    /// <summary>Removes a fact. Throws <see cref="ArgumentException"/> if it is unknown.</summary>
    void Retract(object fact);

    /// <summary>Removes all or, if any is unknown, none and throws <see cref="ArgumentException"/>.</summary>
    void RetractAll(IEnumerable<object> facts);

    /// <summary>Removes a fact; false if it is unknown.</summary>
    bool TryRetract(object fact);

    /// <summary>The keys of the facts that this match holds.</summary>
    IEnumerable<object> GetLinkedKeys();

    /// <summary>The fact that this match holds under the key, or null.</summary>
    object? GetLinked(object key);

    /// <summary>Inserts a fact that lasts as long as this match. Rules see it when the actions of this rule have ended.</summary>
    void InsertLinked(object key, object fact);

    /// <summary>Replaces a fact that this match holds.</summary>
    void UpdateLinked(object key, object fact);

    /// <summary>Removes a fact that this match holds.</summary>
    void RetractLinked(object key, object fact);

    /// <summary>A service of the session's resolver.</summary>
    object Resolve(Type serviceType);

    /// <summary>A service of the session's resolver.</summary>
    TService Resolve<TService>();
}
