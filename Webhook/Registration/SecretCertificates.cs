using System.Net;
using System.Text.Json;
using Coral.Certs;
using Coral.Kubernetes;

namespace Coral.Webhook.Registration;

/// <summary>The CA and leaf of a webhook that is reached through a Service: kept in one Secret, which replicas share. Whoever comes first makes it.</summary>
internal sealed class SecretCertificates(IKubernetesClient client, TimeProvider time, string namespaceName)
{
    private const string Name = "coral-webhook-tls";
    private const int Tries = 5;

    internal async Task<SettledCertificates> LoadOrCreateAsync(ServingNames names, CancellationToken cancellation)
    {
        for (var left = Tries; ; left--)
        {
            var (set, version) = await ReadAsync(cancellation);
            var settled = set.Settle(names, CertificateLifetimes.Default, time, $"Secret {namespaceName}/{Name} ");
            if (settled.Made is null) return settled;
            try
            {
                var body = CertificateSecret.Write(settled.Set, namespaceName, Name, version);
                if (version is null) await client.CreateAsync(ApiResource.Secrets, namespaceName, body, cancellation: cancellation);
                else await client.PatchAsync(ApiResource.Secrets, namespaceName, Name, body, PatchType.Merge, cancellation: cancellation);
                return settled;
            }
            catch (KubernetesException exception) when (exception.StatusCode == HttpStatusCode.Conflict && left > 1)
            {
                settled.Serving.Dispose();
            }
        }
    }

    private async Task<(CertificateSet Set, string? Version)> ReadAsync(CancellationToken cancellation)
    {
        try
        {
            JsonElement secret = await client.GetAsync(ApiResource.Secrets, namespaceName, Name, cancellation);
            return (CertificateSecret.Read(secret), secret.GetProperty("metadata").GetProperty("resourceVersion").GetString());
        }
        catch (KubernetesException exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            return (CertificateSet.Empty, null);
        }
    }
}
