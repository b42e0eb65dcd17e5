using Coral.Policies.Rules.RuleModel;

namespace Coral.Policies.Rules.Running;

/// <summary>
/// All that a session needs room for. A session that is disposed gives it back empty, so that the next one allocates next to nothing; what it grew beyond
/// what a decision needs is not kept.
/// </summary>
internal sealed class Tables(Network network)
{
    private const int MostFacts = 256;

    internal AlphaMemory[] Memories { get; } = new AlphaMemory[network.Alphas.Length];

    internal BranchState[] Branches { get; } = new BranchState[network.Branches.Length];

    /// <summary>Branches whose matches must be searched anew, by index.</summary>
    internal ulong[] Dirty { get; } = new ulong[(network.Branches.Length + 63) / 64];

    internal Fact[] Tuple { get; } = new Fact[network.Width];

    internal FactTable Facts { get; } = new(network.TypesSeen);

    internal (Match? Head, Match? Tail)[] Agenda { get; } = new (Match?, Match?)[network.Levels];

    internal List<LinkedChange> LinkedChanges { get; } = new(4);

    /// <summary>The rules that fired, in order.</summary>
    internal List<IRuleDefinition> Fired { get; } = new(16);

    internal Store<Fact> FactStore { get; } = new(64);

    internal Store<Match> MatchStore { get; } = new(64);

    /// <summary>Forgets everything; false if it has grown too large to be kept.</summary>
    internal bool Clear()
    {
        foreach (ref var memory in Memories.AsSpan())
        {
            if (memory.Count > 0) memory.Clear();
        }

        Array.Clear(Branches);
        Array.Clear(Dirty);
        Array.Clear(Tuple);
        Array.Clear(Agenda);
        LinkedChanges.Clear();
        Fired.Clear();
        Facts.Clear();
        FactStore.Reclaim();
        MatchStore.Reclaim();
        return Facts.Capacity <= MostFacts;
    }
}

/// <summary>The matches of a branch, in a list through the matches.</summary>
internal struct BranchState
{
    internal Match? First;
    internal Match? Last;
    internal int Count;
}

/// <summary>Objects that are used anew by the next session. Only the first ones of a session: however long it lives, what is gone from it is not held here.</summary>
internal sealed class Store<T>(int most)
    where T : class, IReusable, new()
{
    private readonly T[] items = new T[most];
    private int used;

    internal T Take()
    {
        if (used == items.Length) return new T();
        return items[used++] ??= new T();
    }

    internal void Reclaim()
    {
        foreach (var item in items.AsSpan(0, used)) item.Reset();
        used = 0;
    }
}

/// <summary>Can be used for something else.</summary>
internal interface IReusable
{
    /// <summary>Forgets what it was.</summary>
    void Reset();
}
