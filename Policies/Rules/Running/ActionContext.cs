using Coral.Policies.Rules.Extensibility;
using Coral.Policies.Rules.RuleModel;

namespace Coral.Policies.Rules.Running;

/// <summary>One a session: it stands for the firing that runs.</summary>
internal sealed class ActionContext(Session session) : IContext, IResolutionContext
{
    private Match? match;

    public IRuleDefinition Rule => match!.Rule;

    public IMatch Match
    {
        get
        {
            HasShown = true;
            return match!;
        }
    }

    /// <summary>Whether an action was given a match, and may have kept it.</summary>
    internal bool HasShown { get; private set; }

    public ISession Session => session;

    public CancellationToken CancellationToken { get; private set; }

    public void Halt() => session.Halt();

    public void Insert(object fact) => session.Insert(fact);

    public void InsertAll(IEnumerable<object> facts) => session.InsertAll(facts);

    public bool TryInsert(object fact) => session.TryInsert(fact);

    public void Update(object fact) => session.Update(fact);

    public void UpdateAll(IEnumerable<object> facts) => session.UpdateAll(facts);

    public bool TryUpdate(object fact) => session.TryUpdate(fact);

    public void Retract(object fact) => session.Retract(fact);

    public void RetractAll(IEnumerable<object> facts) => session.RetractAll(facts);

    public bool TryRetract(object fact) => session.TryRetract(fact);

    public IEnumerable<object> GetLinkedKeys() => session.LinkedKeys(match!);

    public object? GetLinked(object key) => session.GetLinked(match!, key);

    public void InsertLinked(object key, object fact) => session.InsertLinked(match!, key, fact);

    public void UpdateLinked(object key, object fact) => session.UpdateLinked(match!, key, fact);

    public void RetractLinked(object key, object fact) => session.RetractLinked(match!, key);

    public object Resolve(Type serviceType) => session.DependencyResolver.Resolve(this, serviceType);

    public TService Resolve<TService>() => (TService)Resolve(typeof(TService));

    internal void Begin(Match now, CancellationToken cancellationToken)
    {
        match = now;
        CancellationToken = cancellationToken;
    }
}

internal sealed class ActionInvocation(ActionTrigger trigger, Action run) : IActionInvocation
{
    public ActionTrigger Trigger => trigger;

    public void Invoke() => run();
}

/// <summary>A resolver that has nothing.</summary>
internal sealed class NoDependencies : IDependencyResolver
{
    internal static readonly NoDependencies Instance = new();

    public object Resolve(IResolutionContext context, Type serviceType) =>
        throw new InvalidOperationException($"Rule {context.Rule.Name} needs {serviceType.Name}, and the session has no DependencyResolver");
}
