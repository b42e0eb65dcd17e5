using System.Net;
using Coral.Audit.Chain.Checkpoints;
using Coral.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Coral.Webhook.Recording;

/// <summary>The audit key of a webhook that is reached through a Service: one Secret for all replicas. Whoever comes first makes it. It is read at the start only.</summary>
internal static class SecretAuditKey
{
    private const string Name = "coral-audit-key";

    internal static async Task<Func<AuditKeys>> LoadOrCreateAsync(IKubernetesClient client, string namespaceName, ILogger logger, CancellationToken cancellation)
    {
        var where = $"audit key, Secret {namespaceName}/{Name}";
        try
        {
            var found = AuditKeySecret.Read(await client.GetAsync(ApiResource.Secrets, namespaceName, Name, cancellation), where);
            return () => found;
        }
        catch (KubernetesException absent) when (absent.StatusCode == HttpStatusCode.NotFound)
        {
            // Made below.
        }

        var keys = AuditKeys.Create();
        try
        {
            await client.CreateAsync(ApiResource.Secrets, namespaceName, AuditKeySecret.Write(keys, namespaceName, Name), cancellation: cancellation);
            logger.AuditKeyMade($"{namespaceName}/{Name}", keys.Current.Public.ShortId);
        }
        catch (KubernetesException faster) when (faster.StatusCode == HttpStatusCode.Conflict)
        {
            keys = AuditKeySecret.Read(await client.GetAsync(ApiResource.Secrets, namespaceName, Name, cancellation), where);
        }

        return () => keys;
    }
}
