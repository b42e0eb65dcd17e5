using Coral.Policies.Rules.Diagnostics;
using Coral.Policies.Rules.Extensibility;

namespace Coral.Policies.Rules;

/// <summary>
/// Facts and the rules over them. Cheap to make: one a request. Not thread safe. Facts are the same if they are one object, or of one type and
/// <see cref="RuleModel.IIdentityProvider"/> or else <see cref="object.Equals(object)"/> says so.
/// Rules fire by priority, then in the order of the changes that made them match, then by rule name, then by the order of their facts.
/// </summary>
public interface ISession
{
    /// <summary>What will fire.</summary>
    IAgenda Agenda { get; }

    /// <summary>What happens in this session. Whoever listens pays for it.</summary>
    IEventProvider Events { get; }

    /// <summary>Gives actions their services.</summary>
    IDependencyResolver DependencyResolver { get; set; }

    /// <summary>Runs in place of actions, and must invoke them.</summary>
    IActionInterceptor? ActionInterceptor { get; set; }

    /// <summary>Whether facts that a gone match held are withdrawn at once (the default) or at <see cref="PropagateLinked"/> and <see cref="Fire()"/>.</summary>
    bool AutoPropagateLinkedFacts { get; set; }

    /// <summary>Inserts a fact. Throws <see cref="ArgumentException"/> if it is known.</summary>
    void Insert(object fact);

    /// <summary>Inserts all as one change or, if any is known, none and throws <see cref="ArgumentException"/>.</summary>
    void InsertAll(IEnumerable<object> facts);

    /// <summary>Inserts a fact; false if it is known.</summary>
    bool TryInsert(object fact);

    /// <summary>Inserts facts as one change.</summary>
    IFactResult TryInsertAll(IEnumerable<object> facts, BatchOptions options = BatchOptions.AllOrNothing);

    /// <summary>Says that a fact changed. Throws <see cref="ArgumentException"/> if it is unknown or held by a match.</summary>
    void Update(object fact);

    /// <summary>Says that all of these changed, or, if any is unknown, nothing and throws <see cref="ArgumentException"/>.</summary>
    void UpdateAll(IEnumerable<object> facts);

    /// <summary>Says that a fact changed; false if it is unknown.</summary>
    bool TryUpdate(object fact);

    /// <summary>Says that facts changed.</summary>
    IFactResult TryUpdateAll(IEnumerable<object> facts, BatchOptions options = BatchOptions.AllOrNothing);

    /// <summary>Removes a fact. Throws <see cref="ArgumentException"/> if it is unknown or held by a match.</summary>
    void Retract(object fact);

    /// <summary>Removes all or, if any is unknown, none and throws <see cref="ArgumentException"/>.</summary>
    void RetractAll(IEnumerable<object> facts);

    /// <summary>Removes a fact; false if it is unknown.</summary>
    bool TryRetract(object fact);

    /// <summary>Removes facts.</summary>
    IFactResult TryRetractAll(IEnumerable<object> facts, BatchOptions options = BatchOptions.AllOrNothing);

    /// <summary>Lets rules see what became of facts that matches hold.</summary>
    void PropagateLinked();

    /// <summary>Fires until nothing is left to fire. How many fired; throws <see cref="RuleFireLimitException"/> above the session's limit.</summary>
    int Fire();

    /// <summary>The same, until the token is cancelled, which is looked at between rules.</summary>
    int Fire(CancellationToken cancellationToken);

    /// <summary>Fires at most so many.</summary>
    int Fire(int maxRulesNumber);

    /// <summary>Fires at most so many, until the token is cancelled.</summary>
    int Fire(int maxRulesNumber, CancellationToken cancellationToken);

    /// <summary>The facts of a type, in the order in which they came.</summary>
    IEnumerable<TFact> Query<TFact>();
}

/// <summary>Makes sessions over rules that are compiled once. Thread safe.</summary>
public interface ISessionFactory
{
    /// <summary>What happens in all sessions that are made after a handler was added.</summary>
    IEventProvider Events { get; }

    /// <summary>What new sessions have.</summary>
    IDependencyResolver DependencyResolver { get; set; }

    /// <summary>What new sessions have.</summary>
    IActionInterceptor? ActionInterceptor { get; set; }

    /// <summary>A session without facts.</summary>
    ISession CreateSession();

    /// <summary>A session, prepared before rules without conditions on facts are looked at.</summary>
    ISession CreateSession(Action<ISession> initializationAction);
}
