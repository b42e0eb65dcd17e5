using Coral.Kubernetes;
using Coral.Policies;
using Coral.Policies.Bundles;
using Coral.Webhook.Facts;
using Coral.Webhook.Facts.Probing;
using Coral.Webhook.Settings;
using Microsoft.Extensions.Logging;

namespace Coral.Webhook.Serving;

/// <summary>The cluster that a webhook serves: its client, its identity, and the facts that follow it.</summary>
internal sealed class Cluster : IDisposable
{
    private Cluster(KubernetesClient client, string id, InformedFacts facts)
    {
        Client = client;
        Id = id;
        Facts = facts;
    }

    internal KubernetesClient Client { get; }

    /// <summary>The UID of the namespace kube-system, which lives as long as the cluster.</summary>
    internal string Id { get; }

    internal InformedFacts Facts { get; }

    internal static async Task<Cluster> ConnectAsync(ServeOptions options, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellation)
    {
        var podSecurity = options.PodSecurityConfig is { } file ? PodSecurityConfigurationReader.ReadFile(file) : null;
        var config = KubernetesConfig.Load(options.Kubeconfig, options.Context);
        var client = new KubernetesClient(config, time, loggers);
        try
        {
            var version = await client.GetVersionAsync(cancellation);
            var system = await client.GetAsync(ApiResource.Namespaces, null, "kube-system", cancellation);
            var id = system.Get("metadata"u8).Text("uid"u8) ?? "";
            var prober = options.ProbePodSecurity
                ? new PodSecurityProber(new DefaultsProbe(() => new KubernetesClient(config, time, loggers)), time, loggers.CreateLogger("Coral.Webhook.Probing"))
                : null;
            var start = ClusterFacts.Empty with { ServerVersion = new KubernetesVersion(version.Major, version.Minor), PodSecurity = podSecurity };
            return new Cluster(client, id, new InformedFacts(client, start, time, loggers, prober));
        }
        catch
        {
            client.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Facts.Dispose();
        Client.Dispose();
    }
}
