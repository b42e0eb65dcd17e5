namespace Coral.Policies.Nodes;

/// <summary>What becomes of one place of an index.</summary>
/// <param name="Place">The number of the node's bit.</param>
/// <param name="Before">The node that stood there; null when the place was free.</param>
/// <param name="After">The node that stands there now; null when it is gone.</param>
/// <param name="Proof">What <paramref name="After"/> has proved.</param>
internal readonly record struct NodeChange(int Place, NodeFacts? Before, NodeFacts? After, NodeProof Proof)
{
    /// <summary>Whether it matters to where pods may land.</summary>
    public bool Moves => Before != After;

    /// <summary>Whether a name comes or goes.</summary>
    public bool Renames => Before?.Name != After?.Name;
}
