using System.Net;
using Coral.Audit.Chain.Checkpoints;
using Coral.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Coral.Webhook.Recording;

/// <summary>
/// The audit key of a webhook that is reached through a Service: one Secret for all replicas. Whoever comes first makes it; who finds it deleted puts back what it has, so that no replica goes on alone.
/// It is read before each checkpoint, so a rotation needs no restart. One call at a time.
/// </summary>
internal sealed class SecretAuditKey(IKubernetesClient client, string namespaceName, TimeProvider time, ILogger logger)
{
    private const string Name = "coral-audit-key";

    /// <summary>Shorter than a pod's time to end: a checkpoint may be waiting for it then.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private AuditKeys? keys;
    private string? version;
    private string? problem;

    private string Where => $"{namespaceName}/{Name}";

    /// <summary>The keys as the Secret has them now. Where it can't be read or used, those from before; null before the first. Does not throw.</summary>
    internal async ValueTask<AuditKeys?> CurrentAsync()
    {
        using var patience = new CancellationTokenSource(Patience, time);
        try
        {
            await RefreshAsync(patience.Token);
            problem = null;
        }
        // Whatever the API server does, checkpoints and decisions go on.
        catch (Exception error)
        {
            Complain(error is OperationCanceledException ? $"audit key, Secret {Where}: no answer in time" : error is AuditKeyException ? error.Message : $"audit key, Secret {Where}: {error.Message.TrimEnd('.')}");
        }

        return keys;
    }

    private async Task RefreshAsync(CancellationToken cancellation)
    {
        try
        {
            await ReadAsync(cancellation);
        }
        catch (KubernetesException absent) when (absent.StatusCode == HttpStatusCode.NotFound)
        {
            await CreateAsync(cancellation);
        }
    }

    private async Task CreateAsync(CancellationToken cancellation)
    {
        var made = keys ?? AuditKeys.Create();
        try
        {
            await client.CreateAsync(ApiResource.Secrets, namespaceName, AuditKeySecret.Write(made, namespaceName, Name), cancellation: cancellation);
            keys = made;
            logger.AuditKeyMade(Where, made.Current.Public.ShortId);
        }
        catch (KubernetesException faster) when (faster.StatusCode == HttpStatusCode.Conflict)
        {
            await ReadAsync(cancellation);
        }
    }

    private async Task ReadAsync(CancellationToken cancellation)
    {
        var secret = await client.GetAsync(ApiResource.Secrets, namespaceName, Name, cancellation);
        var now = secret.GetProperty("metadata").GetProperty("resourceVersion").GetString();
        if (now == version) return;
        var read = AuditKeySecret.Read(secret, $"audit key, Secret {Where}");
        var (before, after) = (keys?.Current.Public, read.Current.Public);
        (keys, version) = (read, now);
        if (before is null) logger.AuditKeyFound(Where, after.ShortId);
        else if (before.Id != after.Id) logger.AuditKeyChanged(Where, before.ShortId, after.ShortId);
    }

    /// <summary>Once for each cause.</summary>
    private void Complain(string cause)
    {
        if (cause == problem) return;
        problem = cause;
        if (keys is null) logger.AuditKeyMissing(cause);
        else logger.AuditKeyUnread(cause, keys.Current.Public.ShortId);
    }
}
