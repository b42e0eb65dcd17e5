using System.Collections.Immutable;
using System.Net;
using Coral.Audit.Chain.Checkpoints;
using Coral.Kubernetes;

namespace Coral.Webhook.Recording;

/// <summary>
/// The second place in a cluster: for each writer a Lease with its last checkpoints. Who may write Leases there should not be who may write the search server.
/// A new life goes on from what the Lease has: with its first checkpoint alone it would wipe out what shows that the spool was cut while nothing ran. One call at a time.
/// </summary>
internal sealed class LeaseCheckpoints(IKubernetesClient client, string namespaceName, string holder) : ICheckpointPlace
{
    private const string FieldManager = "coral-audit";

    private ImmutableArray<SignedCheckpoint>? kept;

    /// <inheritdoc/>
    public string Name => $"the Leases of namespace {namespaceName}";

    /// <inheritdoc/>
    public async Task StoreAsync(ImmutableArray<SignedCheckpoint> checkpoints, CancellationToken cancel)
    {
        if (checkpoints.IsEmpty) return;
        var lease = CheckpointLease.NameOf(checkpoints[0].Statement.Writer);
        var before = kept ??= await ReadAsync(lease, cancel);
        // What a failed try brought may be there already.
        ImmutableArray<SignedCheckpoint> next = [.. before.Concat(checkpoints).DistinctBy(each => each.Statement).TakeLast(CheckpointLease.Kept)];
        await client.ApplyAsync(ApiResource.Leases, namespaceName, lease, CheckpointLease.Write(namespaceName, holder, next), FieldManager, force: true, cancellation: cancel);
        kept = next;
    }

    private async Task<ImmutableArray<SignedCheckpoint>> ReadAsync(string lease, CancellationToken cancel)
    {
        var place = new SecondPlace(Name);
        try
        {
            CheckpointLease.Read(await client.GetAsync(ApiResource.Leases, namespaceName, lease, cancel), place);
        }
        catch (KubernetesException absent) when (absent.StatusCode == HttpStatusCode.NotFound)
        {
            // The writer's first one.
        }

        return [.. place.Checkpoints];
    }
}
