using Coral.Policies.Rules.Building;

namespace Coral.Policies.Rules.Running;

/// <summary>A type of facts, and what asks for it, by itself, a base or an interface.</summary>
internal sealed class FactType(Type type, int index, AlphaNode[] nodes)
{
    private Func<object, ulong>[]? sieves;

    internal Type Type => type;

    internal int Index => index;

    internal AlphaNode[] Nodes => nodes;

    /// <summary>Whether no other type derives from it.</summary>
    internal bool IsSealed { get; } = type.IsSealed;

    /// <summary>Which nodes a fact meets: all of their conditions in one method, compiled when the first such fact comes. Throws what a condition throws.</summary>
    internal BitSet Sift(object value)
    {
        var passed = default(BitSet);
        var all = sieves ??= Sieve.Of(nodes);
        for (var i = 0; i < all.Length; i++) passed.SetWord(i, all[i](value));
        return passed;
    }
}
