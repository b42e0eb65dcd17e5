namespace Coral.NodeAgent.Publishing;

/// <summary>What a report in a cluster says more than one in a file.</summary>
/// <param name="NodeUid">The UID of the Node object, which owns the report.</param>
/// <param name="Generation">Grows with every changed report of this node.</param>
/// <param name="Expires">From then on it is stale.</param>
/// <param name="Kubelet">The kubelet's version as the Node says it, or null.</param>
/// <param name="Runtime">The container runtime and its version as the Node says it, or null.</param>
internal sealed record Publication(string NodeUid, long Generation, DateTimeOffset Expires, string? Kubelet, string? Runtime);
