using Coral.Policies.Rules.RuleModel;

namespace Coral.Policies.Rules.Extensibility;

/// <summary>Gives actions their services.</summary>
public interface IDependencyResolver
{
    /// <summary>A service; throws if there is none.</summary>
    object Resolve(IResolutionContext context, Type serviceType);
}

/// <summary>For whom a service is resolved.</summary>
public interface IResolutionContext
{
    /// <summary>The session.</summary>
    ISession Session { get; }

    /// <summary>The rule that fires.</summary>
    IRuleDefinition Rule { get; }
}

/// <summary>Runs in place of the actions of a rule.</summary>
public interface IActionInterceptor
{
    /// <summary>Must call <see cref="IActionInvocation.Invoke"/> of each that shall run.</summary>
    void Intercept(IContext context, IReadOnlyCollection<IActionInvocation> actions);
}

/// <summary>An action about to run.</summary>
public interface IActionInvocation
{
    /// <summary>What it runs for.</summary>
    ActionTrigger Trigger { get; }

    /// <summary>Runs it.</summary>
    void Invoke();
}

/// <summary>Decides whether a match goes onto the agenda.</summary>
public interface IAgendaFilter
{
    /// <summary>Whether it does.</summary>
    bool Accept(AgendaContext context, IMatch match);
}

/// <summary>A filter that wants to know when a match it let pass fires.</summary>
public interface IStatefulAgendaFilter : IAgendaFilter
{
    /// <summary>A match is about to fire.</summary>
    void OnFiring(AgendaContext context, IMatch match);
}

/// <summary>Where a filter is asked.</summary>
public sealed record AgendaContext(ISession Session);
