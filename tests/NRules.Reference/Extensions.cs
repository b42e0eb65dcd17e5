using NRules.RuleModel;

namespace NRules.AgendaFilters
{
    public class AgendaContext
    {
        public ISession Session => throw null!;
    }

    public interface IAgendaFilter
    {
        bool Accept(AgendaContext context, IMatch match);
    }

    public interface IStatefulAgendaFilter : IAgendaFilter
    {
        void OnFiring(AgendaContext context, IMatch match);
    }
}

namespace NRules.Extensibility
{
    public interface IDependencyResolver
    {
        object Resolve(IResolutionContext context, Type serviceType);
    }

    public interface IResolutionContext
    {
        ISession Session { get; }

        IRuleDefinition Rule { get; }
    }

    public interface IActionInterceptor
    {
        void Intercept(IContext context, IReadOnlyCollection<IActionInvocation> actions);
    }

    public interface IActionInvocation
    {
        ActionTrigger Trigger { get; }

        void Invoke();
    }
}

namespace NRules.Diagnostics
{
    public interface IFact
    {
        Type Type { get; }

        object? Value { get; }
    }

    public class AgendaEventArgs : EventArgs
    {
        public IRuleDefinition Rule => throw null!;

        public IEnumerable<IFactMatch> Facts => throw null!;

        public IMatch Match => throw null!;
    }

    public class WorkingMemoryEventArgs : EventArgs
    {
        public IFact Fact => throw null!;
    }

    public class LhsExpressionErrorEventArgs : EventArgs
    {
        public bool IsHandled { get; set; }
    }

    public class AgendaExpressionErrorEventArgs : EventArgs
    {
        public bool IsHandled { get; set; }
    }

    public class RhsExpressionErrorEventArgs : EventArgs
    {
        public bool IsHandled { get; set; }
    }

    public interface IEventProvider
    {
        event EventHandler<AgendaEventArgs> ActivationCreatedEvent;

        event EventHandler<AgendaEventArgs> ActivationUpdatedEvent;

        event EventHandler<AgendaEventArgs> ActivationDeletedEvent;

        event EventHandler<AgendaEventArgs> RuleFiringEvent;

        event EventHandler<AgendaEventArgs> RuleFiredEvent;

        event EventHandler<WorkingMemoryEventArgs> FactInsertingEvent;

        event EventHandler<WorkingMemoryEventArgs> FactInsertedEvent;

        event EventHandler<WorkingMemoryEventArgs> FactUpdatingEvent;

        event EventHandler<WorkingMemoryEventArgs> FactUpdatedEvent;

        event EventHandler<WorkingMemoryEventArgs> FactRetractingEvent;

        event EventHandler<WorkingMemoryEventArgs> FactRetractedEvent;

        event EventHandler<LhsExpressionErrorEventArgs> LhsExpressionFailedEvent;

        event EventHandler<AgendaExpressionErrorEventArgs> AgendaExpressionFailedEvent;

        event EventHandler<RhsExpressionErrorEventArgs> RhsExpressionFailedEvent;
    }
}
