using Coral.Policies.Rules.Extensibility;
using Coral.Policies.Rules.RuleModel;

namespace Coral.Policies.Rules.Running;

/// <summary>
/// The matches that will fire: a list a priority, in the order of the changes that put them there; of one change in the order of the rules' names. The lists
/// run through the matches themselves, so nothing is allocated.
/// </summary>
internal sealed class Agenda(Session session, (Match? Head, Match? Tail)[] lists) : IAgenda
{
    private List<(IRuleDefinition? Rule, IAgendaFilter Filter)>? filters;

    /// <summary>No list before this one holds anything.</summary>
    private int from = lists.Length;

    public bool IsEmpty => First() is null;

    /// <summary>Whether a filter or a caller was given a match, and may have kept it.</summary>
    internal bool HasShown { get; private set; }

    public IMatch Peek()
    {
        HasShown = true;
        return First() ?? throw new InvalidOperationException("The agenda is empty");
    }

    public void Clear()
    {
        while (First() is { } match) Remove(match);
    }

    public void AddFilter(IAgendaFilter filter) => Add(null, filter);

    public void AddFilter(IRuleDefinition definition, IAgendaFilter filter) => Add(definition, filter);

    internal bool Accepts(Match match)
    {
        if (filters is null) return true;
        foreach (var (rule, filter) in filters)
        {
            if ((rule is null || ReferenceEquals(rule, match.Rule)) && !filter.Accept(new AgendaContext(session), match)) return false;
        }

        return true;
    }

    internal void Add(Match match, long change)
    {
        var level = match.Branch.Level;
        ref var list = ref lists[level];
        var before = list.Tail;
        while (before is not null && before.Change == change && before.Branch.Index > match.Branch.Index) before = before.Before;
        match.Before = before;
        match.After = before is null ? list.Head : before.After;
        if (match.After is null) list.Tail = match;
        else match.After.Before = match;
        if (before is null) list.Head = match;
        else before.After = match;
        match.Pending = true;
        match.Change = change;
        from = Math.Min(from, level);
    }

    internal void Remove(Match match)
    {
        ref var list = ref lists[match.Branch.Level];
        if (match.Before is null) list.Head = match.After;
        else match.Before.After = match.After;
        if (match.After is null) list.Tail = match.Before;
        else match.After.Before = match.Before;
        match.Before = match.After = null;
        match.Pending = false;
    }

    /// <summary>Takes the first one off, to fire.</summary>
    internal void Take(Match match)
    {
        Remove(match);
        if (filters is not null)
        {
            foreach (var (rule, filter) in filters)
            {
                if (filter is IStatefulAgendaFilter stateful && (rule is null || ReferenceEquals(rule, match.Rule))) stateful.OnFiring(new AgendaContext(session), match);
            }
        }
    }

    internal Match? First()
    {
        session.DemandOpen();
        session.Settle();
        for (; from < lists.Length; from++)
        {
            if (lists[from].Head is { } match) return match;
        }

        return null;
    }

    private void Add(IRuleDefinition? rule, IAgendaFilter filter)
    {
        HasShown = true;
        (filters ??= []).Add((rule, filter));
    }
}
