namespace Coral.Policies.Rules.Running;

/// <summary>Many facts as one change.</summary>
internal sealed partial class Session
{
    public void InsertAll(IEnumerable<object> facts) => Demand(TryInsertAll(facts), "Some facts are known already");

    public void UpdateAll(IEnumerable<object> facts) => Demand(TryUpdateAll(facts), "Some facts are unknown, or a rule's match holds them");

    public void RetractAll(IEnumerable<object> facts) => Demand(TryRetractAll(facts), "Some facts are unknown, or a rule's match holds them");

    public IFactResult TryInsertAll(IEnumerable<object> facts, BatchOptions options = BatchOptions.AllOrNothing)
    {
        DemandOpen();
        List<object>? known = null;
        var from = this.facts.Count;
        foreach (var fact in facts)
        {
            ArgumentNullException.ThrowIfNull(fact);
            var type = network.For(fact.GetType());
            if (this.facts.Find(type, fact) is null) this.facts.Add(NewFact(fact, type, clock + 1));
            else (known ??= []).Add(fact);
        }

        if (known is not null && options == BatchOptions.AllOrNothing)
        {
            while (this.facts.Count > from) this.facts.Remove(this.facts.Items[^1]);
            return new FactResult(known);
        }

        clock++;
        var to = this.facts.Count;
        for (var i = from; i < to; i++) Bring(this.facts.Items[i]);
        Settle();
        return known is null ? FactResult.AllDone : new FactResult(known);
    }

    public IFactResult TryUpdateAll(IEnumerable<object> facts, BatchOptions options = BatchOptions.AllOrNothing) => TryAll(facts, options, Renew);

    public IFactResult TryRetractAll(IEnumerable<object> facts, BatchOptions options = BatchOptions.AllOrNothing) => TryAll(facts, options, (fact, _) => Withdraw(fact));

    private FactResult TryAll(IEnumerable<object> values, BatchOptions options, Action<Fact, object> act)
    {
        DemandOpen();
        var failed = new List<object>();
        var known = new List<(Fact Fact, object Value)>();
        foreach (var value in values)
        {
            if (Find(value) is { Holder: null } fact) known.Add((fact, value));
            else failed.Add(value);
        }

        if (failed.Count > 0 && options == BatchOptions.AllOrNothing) return new FactResult(failed);
        clock++;
        foreach (var (fact, value) in known.DistinctBy(one => one.Fact)) act(fact, value);
        Settle();
        return new FactResult(failed);
    }

    private static void Demand(IFactResult result, string problem)
    {
        if (result.FailedCount > 0) throw new ArgumentException($"{problem}: {string.Join(", ", result.Failed)}");
    }

    private sealed record FactResult(IReadOnlyCollection<object> Failed) : IFactResult
    {
        internal static readonly FactResult AllDone = new([]);

        public int FailedCount => Failed.Count;
    }
}
