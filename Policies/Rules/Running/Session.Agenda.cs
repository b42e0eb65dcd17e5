using Coral.Policies.Rules.RuleModel;

namespace Coral.Policies.Rules.Running;

/// <summary>What goes onto the agenda, and off it.</summary>
internal sealed partial class Session
{
    private void Created(Match match)
    {
        events?.Created(this, match);
        if (!Accepts(match)) return;
        match.Trigger = MatchTrigger.Created;
        agenda.Add(match, clock);
    }

    private void Updated(Match match)
    {
        events?.Updated(this, match);
        if (match.Fired && !match.Branch.Repeats) return;
        if (!Accepts(match))
        {
            if (match.Pending) agenda.Remove(match);
        }
        else if (!match.Pending)
        {
            match.Trigger = match.Fired ? MatchTrigger.Updated : MatchTrigger.Created;
            agenda.Add(match, clock);
        }
    }

    private void Deleted(Match match)
    {
        events?.Deleted(this, match);
        if (match.Pending) agenda.Remove(match);
        for (var fact = match.Linked; fact is not null; fact = fact.NextLinked) (orphans ??= new()).Enqueue(fact);
        match.Linked = null;
        if (!match.Fired || !match.Branch.HasUndo) return;
        match.Trigger = MatchTrigger.Removed;
        agenda.Add(match, clock);
    }

    private bool Accepts(Match match)
    {
        var branch = match.Branch;
        foreach (var where in branch.Where)
        {
            if (!Asked(branch, where.Run, match.Facts, failed: false)) return false;
        }

        return (branch.OnChange.Length == 0 || match.Keys is null || !Keys(match).AsSpan().SequenceEqual(match.Keys)) && agenda.Accepts(match);
    }

    private object?[] Keys(Match match)
    {
        var selectors = match.Branch.OnChange;
        var keys = new object?[selectors.Length];
        for (var i = 0; i < keys.Length; i++) keys[i] = Asked(match.Branch, selectors[i].Run, match.Facts, failed: null);
        return keys;
    }

    private T Asked<T>(Branch branch, Func<Fact[], T> filter, Fact[] facts, T failed)
    {
        try
        {
            return filter(facts);
        }
        catch (Exception e)
        {
            if (events?.FilterFailed(this, branch.Rule, e) == true) return failed;
            throw new AgendaExpressionEvaluationException($"Rule {branch.Rule.Name}: a filter failed: {e.Message}", branch.Rule.Name, "filter", e);
        }
    }
}
