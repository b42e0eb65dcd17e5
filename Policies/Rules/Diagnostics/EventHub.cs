using System.Linq.Expressions;
using Coral.Policies.Rules.RuleModel;
using Coral.Policies.Rules.Running;

namespace Coral.Policies.Rules.Diagnostics;

/// <summary>The listeners of a session, after those of its factory.</summary>
internal sealed class EventHub(EventHub? all) : IEventProvider
{
    private readonly Dictionary<string, Delegate?> handlers = new(StringComparer.Ordinal);
    private readonly Lock guard = new();

    public event EventHandler<AgendaEventArgs> ActivationCreatedEvent { add => Add(nameof(Created), value); remove => Remove(nameof(Created), value); }

    public event EventHandler<AgendaEventArgs> ActivationUpdatedEvent { add => Add("MatchUpdated", value); remove => Remove("MatchUpdated", value); }

    public event EventHandler<AgendaEventArgs> ActivationDeletedEvent { add => Add(nameof(Deleted), value); remove => Remove(nameof(Deleted), value); }

    public event EventHandler<AgendaEventArgs> RuleFiringEvent { add => Add(nameof(Firing), value); remove => Remove(nameof(Firing), value); }

    public event EventHandler<AgendaEventArgs> RuleFiredEvent { add => Add(nameof(Fired), value); remove => Remove(nameof(Fired), value); }

    public event EventHandler<WorkingMemoryEventArgs> FactInsertingEvent { add => Add(nameof(Inserting), value); remove => Remove(nameof(Inserting), value); }

    public event EventHandler<WorkingMemoryEventArgs> FactInsertedEvent { add => Add(nameof(Inserted), value); remove => Remove(nameof(Inserted), value); }

    public event EventHandler<WorkingMemoryEventArgs> FactUpdatingEvent { add => Add(nameof(Updating), value); remove => Remove(nameof(Updating), value); }

    public event EventHandler<WorkingMemoryEventArgs> FactUpdatedEvent { add => Add("FactUpdated", value); remove => Remove("FactUpdated", value); }

    public event EventHandler<WorkingMemoryEventArgs> FactRetractingEvent { add => Add(nameof(Retracting), value); remove => Remove(nameof(Retracting), value); }

    public event EventHandler<WorkingMemoryEventArgs> FactRetractedEvent { add => Add(nameof(Retracted), value); remove => Remove(nameof(Retracted), value); }

    public event EventHandler<LhsExpressionErrorEventArgs> LhsExpressionFailedEvent { add => Add(nameof(ConditionFailed), value); remove => Remove(nameof(ConditionFailed), value); }

    public event EventHandler<AgendaExpressionErrorEventArgs> AgendaExpressionFailedEvent { add => Add(nameof(FilterFailed), value); remove => Remove(nameof(FilterFailed), value); }

    public event EventHandler<RhsExpressionErrorEventArgs> RhsExpressionFailedEvent { add => Add(nameof(ActionFailed), value); remove => Remove(nameof(ActionFailed), value); }

    /// <summary>Whether anybody listens.</summary>
    internal bool InUse { get; private set; }

    internal void Created(Session session, Match match) => Raise(nameof(Created), session, new AgendaEventArgs(match));

    internal void Updated(Session session, Match match) => Raise("MatchUpdated", session, new AgendaEventArgs(match));

    internal void Deleted(Session session, Match match) => Raise(nameof(Deleted), session, new AgendaEventArgs(match));

    internal void Firing(Session session, Match match) => Raise(nameof(Firing), session, new AgendaEventArgs(match));

    internal void Fired(Session session, Match match) => Raise(nameof(Fired), session, new AgendaEventArgs(match));

    internal void Inserting(Session session, Fact fact) => Raise(nameof(Inserting), session, Args(fact));

    internal void Inserted(Session session, Fact fact) => Raise(nameof(Inserted), session, Args(fact));

    internal void Updating(Session session, Fact fact) => Raise(nameof(Updating), session, Args(fact));

    internal void Updated(Session session, Fact fact) => Raise("FactUpdated", session, Args(fact));

    internal void Retracting(Session session, Fact fact) => Raise(nameof(Retracting), session, Args(fact));

    internal void Retracted(Session session, Fact fact) => Raise(nameof(Retracted), session, Args(fact));

    internal bool ConditionFailed(Session session, string rule, string expression, Exception exception) =>
        Raise(nameof(ConditionFailed), session, new LhsExpressionErrorEventArgs(rule, expression, exception)).IsHandled;

    internal bool FilterFailed(Session session, IRuleDefinition rule, Exception exception) =>
        Raise(nameof(FilterFailed), session, new AgendaExpressionErrorEventArgs(rule, exception)).IsHandled;

    internal bool ActionFailed(Session session, Match match, LambdaExpression expression, Exception exception) =>
        Raise(nameof(ActionFailed), session, new RhsExpressionErrorEventArgs(match, expression, exception)).IsHandled;

    private static WorkingMemoryEventArgs Args(Fact fact) => new(new FactView(fact.Value!.GetType(), fact.Value));

    private void Add(string name, Delegate handler)
    {
        lock (guard)
        {
            handlers[name] = Delegate.Combine(handlers.GetValueOrDefault(name), handler);
            InUse = true;
        }
    }

    private void Remove(string name, Delegate handler)
    {
        lock (guard) handlers[name] = Delegate.Remove(handlers.GetValueOrDefault(name), handler);
    }

    private T Raise<T>(string name, Session session, T args)
        where T : EventArgs
    {
        all?.Raise(name, session, args);
        Delegate? handler;
        lock (guard) handler = handlers.GetValueOrDefault(name);
        ((EventHandler<T>?)handler)?.Invoke(session, args);
        return args;
    }

    private sealed record FactView(Type Type, object? Value) : IFact;
}
