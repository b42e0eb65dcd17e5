namespace Coral.Policies.Nodes;

/// <summary>
/// Remembers of each node the latest report that was believed, so that an older one that is written again in its place is not: it may prove what no longer holds.
/// Older is what has a lower generation and does not expire later; after a restored backup agents go on from a lower generation, with a later expiry.
/// An object that was deleted and made anew begins anew. Not thread safe.
/// </summary>
internal sealed class LatestReports
{
    private readonly Dictionary<string, Latest> latest = new(StringComparer.Ordinal);

    /// <summary>The proof, or a stale one where the report is older than one that was believed.</summary>
    public NodeProof Check(NodeReport report, NodeProof proof)
    {
        if (proof.Source != ProofSource.Report || report.ExpiresAt is not { } expiry) return proof;
        if (latest.TryGetValue(report.Node, out var known) && known.Uid == report.ObjectUid && report.Generation < known.Generation && expiry <= known.Expiry) return NodeProof.Stale;
        latest[report.Node] = new Latest(report.ObjectUid, report.Generation, expiry);
        return proof;
    }

    /// <summary>The node has no report.</summary>
    public void Forget(string node) => latest.Remove(node);

    private readonly record struct Latest(string? Uid, long Generation, DateTimeOffset Expiry);
}
