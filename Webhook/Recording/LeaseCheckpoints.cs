using System.Collections.Immutable;
using Coral.Audit.Chain.Checkpoints;
using Coral.Kubernetes;

namespace Coral.Webhook.Recording;

/// <summary>The second place in a cluster: for each writer a Lease with its last checkpoints. Who may write Leases there should not be who may write the search server. One call at a time.</summary>
internal sealed class LeaseCheckpoints(IKubernetesClient client, string namespaceName, string holder) : ICheckpointPlace
{
    private const string FieldManager = "coral-audit";

    private ImmutableArray<SignedCheckpoint> kept = [];

    /// <inheritdoc/>
    public string Name => $"the Leases of namespace {namespaceName}";

    /// <inheritdoc/>
    public async Task StoreAsync(ImmutableArray<SignedCheckpoint> checkpoints, CancellationToken cancel)
    {
        // What a failed try brought may be there already.
        ImmutableArray<SignedCheckpoint> next = [.. kept.Concat(checkpoints).Distinct().TakeLast(CheckpointLease.Kept)];
        var lease = CheckpointLease.NameOf(next[^1].Statement.Writer);
        await client.ApplyAsync(ApiResource.Leases, namespaceName, lease, CheckpointLease.Write(namespaceName, holder, next), FieldManager, force: true, cancellation: cancel);
        kept = next;
    }
}
