namespace Coral.Policies.Rules.Running;

/// <summary>Finds matches: for each condition in turn, each fact that it asks for.</summary>
internal sealed partial class Session
{
    private readonly BranchState[] branches;
    private readonly Fact[] tuple;

    /// <summary>Where a search is restricted to one fact, so that only matches that it completes are found; -1 in a search for all.</summary>
    private int newStep = -1;
    private Fact? newFact;

    private long search;

    /// <summary>The match that a search for all would find next if nothing had changed, and how many it has not found yet.</summary>
    private Match? expected;
    private int unseen;

    private void SearchWith(Fact fact, Branch branch, int step)
    {
        (newFact, newStep) = (fact, step);
        try
        {
            Join(branch, 0);
        }
        finally
        {
            (newFact, newStep) = (null, -1);
        }
    }

    private void Search(Branch branch)
    {
        ref var state = ref branches[branch.Index];
        search++;
        expected = state.First;
        unseen = state.Count;
        if (memories.IsReady(branch.Index)) Join(branch, 0);
        if (unseen == 0) return;
        for (var match = state.First; match is not null;)
        {
            var next = match.Next;
            if (match.Seen != search) Gone(match);
            match = next;
        }
    }

    private void Join(Branch branch, int at)
    {
        if (at == branch.Steps.Length)
        {
            Found(branch);
            return;
        }

        switch (branch.Steps[at])
        {
            case MatchStep match:
                Join(branch, at, match);
                break;
            case QuantifierStep quantifier:
                if (Any(branch, quantifier) == quantifier.Wanted) Join(branch, at + 1);
                break;
            case HavingStep having:
                if (Holds(branch, having, having.Test)) Join(branch, at + 1);
                break;
            case LetStep let:
                tuple[let.Place] = NewValue(Compute(branch, let, let.Value), LetStep.SameKey, 0, 0);
                Join(branch, at + 1);
                break;
            case QueryStep query:
                foreach (var item in Run(branch, query))
                {
                    tuple[query.Place] = NewValue(item.Value, item.Key, item.Stamp, item.Count);
                    Join(branch, at + 1);
                }

                break;
        }
    }

    private void Join(Branch branch, int at, MatchStep step)
    {
        if (at == newStep)
        {
            Try(newFact!);
            return;
        }

        var node = step.Alpha.Index;
        for (var i = 0; i < memories.Count(node); i++)
        {
            var fact = memories[node, i];
            // What the new fact completes at an earlier place was found when it was tried there.
            if (at < newStep && ReferenceEquals(fact, newFact)) continue;
            Try(fact);
        }

        void Try(Fact fact)
        {
            tuple[step.Place] = fact;
            if (step.Test is null || Holds(branch, step, step.Test)) Join(branch, at + 1);
        }
    }

    private bool Any(Branch branch, QuantifierStep step)
    {
        var node = step.Alpha.Index;
        if (step.Test is null) return memories.Count(node) > 0;
        for (var i = 0; i < memories.Count(node); i++)
        {
            tuple[step.Place] = memories[node, i];
            if (Holds(branch, step, step.Test)) return true;
        }

        return false;
    }

    private List<Item> Run(Branch branch, QueryStep step)
    {
        var items = new List<Item>();
        if (step.Alpha is null)
        {
            items.Add(new Item(step, Compute(branch, step, step.Value!), 0, 0));
        }
        else
        {
            var node = step.Alpha.Index;
            for (var i = 0; i < memories.Count(node); i++)
            {
                var fact = tuple[step.Place] = memories[node, i];
                if (step.Test is null || Holds(branch, step, step.Test)) items.Add(new Item(fact, fact.Value, fact.Stamp, 1));
            }
        }

        try
        {
            foreach (var stage in step.Stages) stage(items, tuple);
        }
        catch (Exception e) when (e is not RuleLhsExpressionEvaluationException)
        {
            if (!Failed(e, branch.Rule.Name, step.Text)) items.Clear();
        }

        return items;
    }

    private void Found(Branch branch)
    {
        var width = branch.Width;
        var (stamp, counts) = (0L, 0L);
        for (var i = 0; i < width; i++)
        {
            stamp = Math.Max(stamp, tuple[i].Stamp);
            counts = (counts * 31) + tuple[i].Count;
        }

        if (unseen > 0 && newStep < 0 && Known(branch) is { } known)
        {
            expected = known.Next;
            unseen--;
            known.Seen = search;
            if (known.Stamp == stamp && known.Counts == counts) return;
            // An action may be reading the array.
            known.Facts = tuple.AsSpan(0, width).ToArray();
            (known.Stamp, known.Counts) = (stamp, counts);
            Updated(known);
            return;
        }

        var match = tables.MatchStore.Take();
        match.Branch = branch;
        (match.Stamp, match.Counts, match.Seen) = (stamp, counts, search);
        if (match.Facts.Length < width) match.Facts = new Fact[width];
        tuple.AsSpan(0, width).CopyTo(match.Facts);
        ref var state = ref branches[branch.Index];
        match.Previous = state.Last;
        if (state.Last is null) state.First = match;
        else state.Last.Next = match;
        state.Last = match;
        state.Count++;
        Created(match);
    }

    /// <summary>The match that was there before. Searches find matches in the same order, so it is nearly always the next one.</summary>
    private Match? Known(Branch branch)
    {
        if (expected is not null && IsTuple(expected)) return expected;
        for (var match = branches[branch.Index].First; match is not null; match = match.Next)
        {
            if (match.Seen != search && IsTuple(match)) return match;
        }

        return null;
    }

    private bool IsTuple(Match match)
    {
        var facts = match.Facts;
        for (var i = 0; i < match.Branch.Width; i++)
        {
            if (!facts[i].IsSame(tuple[i])) return false;
        }

        return match.Seen != search;
    }

    private void Gone(Match match)
    {
        ref var state = ref branches[match.Branch.Index];
        if (match.Previous is null) state.First = match.Next;
        else match.Previous.Next = match.Next;
        if (match.Next is null) state.Last = match.Previous;
        else match.Next.Previous = match.Previous;
        state.Count--;
        match.Gone = true;
        Deleted(match);
    }
}
