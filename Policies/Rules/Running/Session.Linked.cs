namespace Coral.Policies.Rules.Running;

/// <summary>What the running actions did to a linked fact; rules see it when they have ended.</summary>
internal readonly record struct LinkedChange(LinkedChangeKind Kind, Fact Fact);

internal enum LinkedChangeKind
{
    Insert,
    Update,
    Retract,
}

/// <summary>Facts that last as long as the match that holds them.</summary>
internal sealed partial class Session
{
    /// <summary>The facts of gone matches.</summary>
    private Queue<Fact>? orphans;

    public void PropagateLinked()
    {
        DemandOpen();
        Propagate();
        do Settle();
        while (WithdrawOrphans());
    }

    internal IEnumerable<object> LinkedKeys(Match match)
    {
        DemandOpen();
        return Linked(match).Select(fact => fact.LinkKey!).ToList();
    }

    internal object? GetLinked(Match match, object key)
    {
        DemandOpen();
        return Held(match, key)?.Value;
    }

    internal void InsertLinked(Match match, object key, object value)
    {
        ArgumentNullException.ThrowIfNull(value);
        DemandOpen();
        if (Held(match, key) is not null) throw new ArgumentException($"The match holds a fact under this key already: {key}");
        var type = network.For(value.GetType());
        if (facts.Find(type, value) is not null) throw new ArgumentException($"The fact is known already: {value}");
        // An action before this one may have ended the match.
        if (match.Gone) return;
        var fact = NewFact(value, type, clock);
        (fact.Holder, fact.LinkKey, fact.NextLinked) = (match, key, match.Linked);
        facts.Add(fact);
        match.Linked = fact;
        tables.LinkedChanges.Add(new LinkedChange(LinkedChangeKind.Insert, fact));
        Trace?.Inserted(value);
    }

    internal void UpdateLinked(Match match, object key, object value)
    {
        ArgumentNullException.ThrowIfNull(value);
        DemandOpen();
        var fact = Held(match, key) ?? throw new ArgumentException($"The match holds no fact under this key: {key}");
        if (Find(value) is { } other && other != fact) throw new ArgumentException($"The fact is known already: {value}");
        if (fact.Value!.GetType() != value.GetType())
        {
            // Other conditions ask for another type.
            RetractLinked(match, key);
            InsertLinked(match, key, value);
            return;
        }

        facts.Replace(fact, value);
        tables.LinkedChanges.Add(new LinkedChange(LinkedChangeKind.Update, fact));
        Trace?.Inserted(value);
    }

    internal void RetractLinked(Match match, object key)
    {
        DemandOpen();
        var fact = Held(match, key) ?? throw new ArgumentException($"The match holds no fact under this key: {key}");
        if (ReferenceEquals(match.Linked, fact)) match.Linked = fact.NextLinked;
        else Linked(match).First(one => ReferenceEquals(one.NextLinked, fact)).NextLinked = fact.NextLinked;
        facts.Remove(fact);
        tables.LinkedChanges.Add(new LinkedChange(LinkedChangeKind.Retract, fact));
    }

    private static Fact? Held(Match match, object key)
    {
        var fact = match.Linked;
        while (fact is not null && !fact.LinkKey!.Equals(key)) fact = fact.NextLinked;
        return fact;
    }

    private static IEnumerable<Fact> Linked(Match match)
    {
        for (var fact = match.Linked; fact is not null; fact = fact.NextLinked) yield return fact;
    }

    private void Propagate()
    {
        var linkedChanges = tables.LinkedChanges;
        if (linkedChanges.Count == 0) return;
        clock++;
        foreach (var (kind, fact) in linkedChanges)
        {
            if (fact.Gone) continue;
            fact.Stamp = clock;
            switch (kind)
            {
                case LinkedChangeKind.Insert:
                    events?.Inserting(this, fact);
                    Enter(fact);
                    events?.Inserted(this, fact);
                    break;
                case LinkedChangeKind.Update:
                    events?.Updating(this, fact);
                    Change(fact);
                    events?.Updated(this, fact);
                    break;
                case LinkedChangeKind.Retract:
                    Orphaned(fact);
                    break;
            }
        }

        linkedChanges.Clear();
        Settle();
    }

    private bool WithdrawOrphans()
    {
        if (orphans is not { Count: > 0 }) return false;
        clock++;
        while (orphans.TryDequeue(out var fact))
        {
            facts.Remove(fact);
            Orphaned(fact);
        }

        return true;
    }

    private void Orphaned(Fact fact)
    {
        events?.Retracting(this, fact);
        fact.Gone = true;
        Leave(fact);
        events?.Retracted(this, fact);
    }
}
