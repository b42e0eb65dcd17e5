namespace Coral.Policies.Rules.Running;

/// <summary>Which rules a change concerns.</summary>
internal sealed partial class Session
{
    private readonly ulong[] dirty;

    /// <summary>Lets rules see a fact that came.</summary>
    private void Enter(Fact fact)
    {
        var nodes = fact.Type.Nodes;
        var passed = fact.Passed = Sift(fact);
        for (var i = passed.Next(0); i >= 0; i = passed.Next(i + 1)) memories.Add(nodes[i], fact);
        // All memories hold it before any rule looks.
        for (var i = passed.Next(0); i >= 0; i = passed.Next(i + 1))
        {
            foreach (ref readonly var use in nodes[i].Uses.AsSpan())
            {
                if (memories.IsReady(use.Index)) Entered(in use, fact);
            }
        }
    }

    /// <summary>Of a branch that has all that it needs.</summary>
    private void Entered(in Use use, Fact fact)
    {
        var branch = use.Branch;
        if (IsMarked(branch)) return;
        if (use.Kind == UseKind.Match && !branch.HasQuery) SearchWith(fact, branch, use.Step);
        else if (use.Kind != UseKind.Not || branches[branch.Index].Count > 0) Mark(branch);
    }

    /// <summary>Lets rules see that a fact changed.</summary>
    private void Change(Fact fact)
    {
        var nodes = fact.Type.Nodes;
        var (passedBefore, passed) = (fact.Passed, Sift(fact));
        fact.Passed = passed;
        for (var i = 0; i < nodes.Length; i++)
        {
            var (before, now) = (passedBefore[i], passed[i]);
            if (now && !before) memories.Add(nodes[i], fact);
            else if (before && !now) memories.Remove(nodes[i], fact);
            if (!now && !before) continue;
            foreach (var use in nodes[i].Uses)
            {
                // A quantifier counts facts; where their values don't matter to it, one that stays changes nothing.
                var same = now == before && use is { Kind: UseKind.Exists or UseKind.Not, Alone: true };
                if (!same && MayMatch(use.Branch)) Mark(use.Branch);
            }
        }
    }

    /// <summary>Lets rules see that a fact is gone.</summary>
    private void Leave(Fact fact)
    {
        var nodes = fact.Type.Nodes;
        for (var i = 0; i < nodes.Length; i++)
        {
            if (!fact.Passed[i]) continue;
            memories.Remove(nodes[i], fact);
            foreach (var use in nodes[i].Uses)
            {
                if (MayMatch(use.Branch)) Mark(use.Branch);
            }
        }

        fact.Passed = default;
    }

    /// <summary>Ends a change: searches marked branches, and withdraws what gone matches held, until nothing is left to do.</summary>
    internal void Settle()
    {
        do
        {
            for (var word = 0; word < dirty.Length; word++)
            {
                while (dirty[word] != 0)
                {
                    var bit = System.Numerics.BitOperations.TrailingZeroCount(dirty[word]);
                    dirty[word] &= dirty[word] - 1;
                    Search(network.Branches[(64 * word) + bit]);
                }
            }
        }
        while (AutoPropagateLinkedFacts && WithdrawOrphans());
    }

    private bool MayMatch(Branch branch) => branches[branch.Index].Count > 0 || memories.IsReady(branch.Index);

    private void Mark(Branch branch) => dirty[branch.Index >> 6] |= 1UL << branch.Index;

    private bool IsMarked(Branch branch) => (dirty[branch.Index >> 6] & (1UL << branch.Index)) != 0;
}
