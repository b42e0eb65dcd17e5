using System.Collections.Immutable;
using Coral.Policies.Rules.Running;

namespace Coral.Policies.Rules.Building;

/// <summary>The alpha nodes so far; conditions of the same shape share one.</summary>
internal sealed class AlphaTable
{
    private readonly Dictionary<ExpressionShape, AlphaNode> known = [];
    private readonly List<AlphaNode> nodes = [];

    internal ImmutableArray<AlphaNode> Nodes => [.. nodes];

    internal AlphaNode Get(Type type, IReadOnlyList<Conjunct> conjuncts, string rule)
    {
        var shape = ExpressionShape.Of(type, conjuncts);
        if (known.TryGetValue(shape, out var node)) return node;
        node = new AlphaNode(nodes.Count, type, conjuncts, rule);
        nodes.Add(node);
        known.Add(shape, node);
        return node;
    }
}
