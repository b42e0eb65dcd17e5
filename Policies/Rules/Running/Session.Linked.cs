namespace Coral.Policies.Rules.Running;

/// <summary>Facts that last as long as the match that holds them.</summary>
internal sealed partial class Session
{
    private enum LinkedChange
    {
        Insert,
        Update,
        Retract,
    }

    /// <summary>What the running actions did to linked facts; rules see it when they have ended.</summary>
    private List<(LinkedChange Kind, Fact Fact)>? linkedChanges;

    /// <summary>The facts of gone matches.</summary>
    private Queue<Fact>? orphans;

    public void PropagateLinked()
    {
        Propagate();
        do Settle();
        while (WithdrawOrphans());
    }

    internal IEnumerable<object> LinkedKeys(Match match) => Linked(match).Select(fact => fact.LinkKey!);

    internal object? GetLinked(Match match, object key) => Held(match, key)?.Value;

    internal void InsertLinked(Match match, object key, object value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (Held(match, key) is not null) throw new ArgumentException($"The match holds a fact under this key already: {key}");
        var type = network.For(value.GetType());
        if (facts.Find(type, value) is not null) throw new ArgumentException($"The fact is known already: {value}");
        // An action before this one may have ended the match.
        if (match.Gone) return;
        var fact = new Fact(value, clock) { Type = type, Holder = match, LinkKey = key, NextLinked = match.Linked };
        facts.Add(fact);
        match.Linked = fact;
        (linkedChanges ??= new(4)).Add((LinkedChange.Insert, fact));
        Trace?.Inserted(value);
    }

    internal void UpdateLinked(Match match, object key, object value)
    {
        ArgumentNullException.ThrowIfNull(value);
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
        (linkedChanges ??= new(4)).Add((LinkedChange.Update, fact));
        Trace?.Inserted(value);
    }

    internal void RetractLinked(Match match, object key)
    {
        var fact = Held(match, key) ?? throw new ArgumentException($"The match holds no fact under this key: {key}");
        if (ReferenceEquals(match.Linked, fact)) match.Linked = fact.NextLinked;
        else Linked(match).First(one => ReferenceEquals(one.NextLinked, fact)).NextLinked = fact.NextLinked;
        facts.Remove(fact);
        (linkedChanges ??= new(4)).Add((LinkedChange.Retract, fact));
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
        if (linkedChanges is not { Count: > 0 }) return;
        clock++;
        foreach (var (kind, fact) in linkedChanges)
        {
            if (fact.Gone) continue;
            fact.Stamp = clock;
            switch (kind)
            {
                case LinkedChange.Insert:
                    events?.Inserting(this, fact);
                    Enter(fact);
                    events?.Inserted(this, fact);
                    break;
                case LinkedChange.Update:
                    events?.Updating(this, fact);
                    Change(fact);
                    events?.Updated(this, fact);
                    break;
                case LinkedChange.Retract:
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
