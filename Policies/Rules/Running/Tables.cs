namespace Coral.Policies.Rules.Running;

/// <summary>
/// All that a session needs room for. A session that is disposed gives it back empty, so that the next one allocates next to nothing; what it grew beyond
/// what a decision needs is not kept.
/// </summary>
internal sealed class Tables(Network network)
{
    internal Memories Memories { get; } = new(network);

    internal BranchState[] Branches { get; } = new BranchState[network.Branches.Length];

    /// <summary>Branches whose matches must be searched anew, by index.</summary>
    internal ulong[] Dirty { get; } = new ulong[(network.Branches.Length + 63) / 64];

    internal Fact[] Tuple { get; } = new Fact[network.Width];

    internal FactTable Facts { get; } = new(network.TypesSeen);

    internal (Match? Head, Match? Tail)[] Agenda { get; } = new (Match?, Match?)[network.Levels];

    internal List<LinkedChange> LinkedChanges { get; } = new(4);

    internal FiringList Fired { get; } = new();

    internal Store<Fact> FactStore { get; } = new(128);

    internal Store<Match> MatchStore { get; } = new(64);

    /// <summary>Forgets everything; false if it held more than can be cleared.</summary>
    internal bool Clear()
    {
        if (FactStore.Overflowed || MatchStore.Overflowed) return false;
        // Lists keep references to facts, which forget their values here.
        foreach (var match in MatchStore.Used)
        {
            Branches[match.Branch.Index] = default;
            match.Reset();
        }

        foreach (var fact in FactStore.Used) fact.Reset();
        FactStore.Reclaim();
        MatchStore.Reclaim();
        Memories.Clear();
        Facts.Clear();
        Array.Clear(Agenda);
        Array.Clear(Dirty);
        LinkedChanges.Clear();
        Fired.Clear();
        return true;
    }
}

/// <summary>The matches of a branch, in a list through the matches.</summary>
internal struct BranchState
{
    internal Match? First;
    internal Match? Last;
    internal int Count;
}
