namespace Coral.Policies.Rules.Diagnostics;

/// <summary>What happens in a session; the sender is the session.</summary>
public interface IEventProvider
{
    /// <summary>Facts match a rule.</summary>
    event EventHandler<AgendaEventArgs> ActivationCreatedEvent;

    /// <summary>Facts that match a rule changed.</summary>
    event EventHandler<AgendaEventArgs> ActivationUpdatedEvent;

    /// <summary>Facts match a rule no more.</summary>
    event EventHandler<AgendaEventArgs> ActivationDeletedEvent;

    /// <summary>A rule is about to fire.</summary>
    event EventHandler<AgendaEventArgs> RuleFiringEvent;

    /// <summary>A rule fired.</summary>
    event EventHandler<AgendaEventArgs> RuleFiredEvent;

    /// <summary>A fact comes; rules have not seen it.</summary>
    event EventHandler<WorkingMemoryEventArgs> FactInsertingEvent;

    /// <summary>A fact came.</summary>
    event EventHandler<WorkingMemoryEventArgs> FactInsertedEvent;

    /// <summary>A fact changes; rules have not seen it.</summary>
    event EventHandler<WorkingMemoryEventArgs> FactUpdatingEvent;

    /// <summary>A fact changed.</summary>
    event EventHandler<WorkingMemoryEventArgs> FactUpdatedEvent;

    /// <summary>A fact goes; rules have not seen it.</summary>
    event EventHandler<WorkingMemoryEventArgs> FactRetractingEvent;

    /// <summary>A fact is gone.</summary>
    event EventHandler<WorkingMemoryEventArgs> FactRetractedEvent;

    /// <summary>A condition, query or computed value threw.</summary>
    event EventHandler<LhsExpressionErrorEventArgs> LhsExpressionFailedEvent;

    /// <summary>A filter threw.</summary>
    event EventHandler<AgendaExpressionErrorEventArgs> AgendaExpressionFailedEvent;

    /// <summary>An action threw.</summary>
    event EventHandler<RhsExpressionErrorEventArgs> RhsExpressionFailedEvent;
}
