using Coral.Policies.Rules.RuleModel;

namespace Coral.Policies.Rules.Running;

/// <summary>Fires.</summary>
internal sealed partial class Session
{
    private readonly ActionContext context;
    private bool halted;

    /// <summary>The match whose actions run.</summary>
    private Match? acting;

    /// <summary>The branches that fired, in order.</summary>
    internal ReadOnlySpan<Branch> Fired
    {
        get
        {
            DemandOpen();
            return tables.Fired.Items;
        }
    }

    public int Fire() => Fire(int.MaxValue, CancellationToken.None);

    public int Fire(CancellationToken cancellationToken) => Fire(int.MaxValue, cancellationToken);

    public int Fire(int maxRulesNumber) => Fire(maxRulesNumber, CancellationToken.None);

    public int Fire(int maxRulesNumber, CancellationToken cancellationToken)
    {
        halted = false;
        PropagateLinked();
        var count = 0;
        while (count < maxRulesNumber && !halted && !cancellationToken.IsCancellationRequested && agenda.First() is { } match)
        {
            if (tables.Fired.Count == limit) throw new RuleFireLimitException(limit, match.Rule.Name);
            tables.Fired.Add(match.Branch);
            count++;
            agenda.Take(match);
            Fire(match, cancellationToken);
        }

        return count;
    }

    internal void Halt() => halted = true;

    private void Fire(Match match, CancellationToken cancellationToken)
    {
        var branch = match.Branch;
        match.Fired = true;
        if (branch.OnChange.Length > 0) match.Keys = Keys(match);
        events?.Firing(this, match);
        Trace?.Firing(match);
        acting = match;
        context.Begin(match, cancellationToken);
        try
        {
            var trigger = (ActionTrigger)match.Trigger;
            if (ActionInterceptor is not null) Intercept(branch, trigger);
            else RunAll(branch, trigger);
        }
        finally
        {
            Propagate();
            acting = null;
        }

        events?.Fired(this, match);
    }

    private void RunAll(Branch branch, ActionTrigger trigger)
    {
        foreach (var action in branch.Actions)
        {
            if ((action.Draft.Trigger & trigger) != ActionTrigger.None) Run(action);
        }
    }

    private void Intercept(Branch branch, ActionTrigger trigger)
    {
        var invocations = branch.Actions.Where(action => (action.Draft.Trigger & trigger) != ActionTrigger.None).Select(action => new ActionInvocation(action.Draft.Trigger, () => Run(action)));
        ActionInterceptor!.Intercept(context, [.. invocations]);
    }

    private void Run(CompiledAction action)
    {
        var match = acting!;
        try
        {
            if (action.Do is { } act)
            {
                act(context, match.Facts);
                return;
            }

            var held = GetLinked(match, action);
            if (held is null) InsertLinked(match, action, action.Yield!(context, match.Facts)!);
            else UpdateLinked(match, action, (action.Again is { } again ? again(context, match.Facts, held) : action.Yield!(context, match.Facts))!);
        }
        catch (Exception e)
        {
            if (events?.ActionFailed(this, match, action.Draft.Do, e) == true) return;
            throw new RuleRhsExpressionEvaluationException($"Rule {match.Rule.Name}: an action failed: {e.Message}", match.Rule.Name, action.Draft.Do.ToString(), e);
        }
    }
}
