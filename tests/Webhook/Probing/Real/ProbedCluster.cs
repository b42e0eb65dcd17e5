using System.Text.Json.Nodes;
using Coral.Kubernetes;
using Coral.Testing;
using Coral.Testing.Kit;
using Coral.Webhook.Facts.Probing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Webhook.Tests.Probing.Real;

/// <summary>One cluster whose API server is started anew with another PodSecurityConfiguration where a test asks for it: that takes a third of a new cluster's time.</summary>
public sealed class ProbedCluster : IAsyncLifetime
{
    internal const string Account = "/api/v1/namespaces/coral-system/serviceaccounts/coral-webhook";

    private readonly string folder = Directory.CreateTempSubdirectory("coral-probe-").FullName;
    private KitCluster? cluster;
    private ApiClient? api;
    private string configured = "";

    internal ApiClient Api => api ?? throw new InvalidOperationException($"no cluster was started: {Kit.Missing}");

    private string ConfigFile => Path.Join(folder, "admission.yaml");

    public async Task InitializeAsync()
    {
        if (!Kit.Runs) return;
        await WriteAsync("");
        cluster = await KitCluster.Start(new() { AdmissionConfig = ConfigFile });
        api = new ApiClient(cluster.Kubeconfig);
        await Api.CreateNamespace("coral-system");
        await cluster.Kubectl("apply", "-k", Path.Join(Repository.Root, "manifests", "probe"));
        (await Api.Create("/api/v1/namespaces/coral-system/serviceaccounts", new JsonObject { ["metadata"] = new JsonObject { ["name"] = "coral-webhook" } })).Expect();
        await Eventually.Async(async () => (await Api.Get("/api/v1/namespaces/coral-probe/serviceaccounts/default")).Ok, TimeSpan.FromSeconds(60), "coral-probe has its service account");
    }

    public async Task DisposeAsync()
    {
        api?.Dispose();
        if (cluster is not null) await cluster.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The API server has this configuration of its PodSecurity plug-in; empty for none.</summary>
    internal async Task ConfigureAsync(string configuration)
    {
        if (configured == configuration) return;
        await WriteAsync(configuration);
        await cluster!.ApiServer.Kill();
        await cluster.ApiServer.Start();
        await Eventually.Async(async () => (await Api.Get("/readyz")).Ok, TimeSpan.FromSeconds(60), "the API server is back");
    }

    /// <summary>A client with the service account's token and nothing else, as the webhook in its pod has it.</summary>
    internal async Task<KubernetesConfig> AsAccountAsync(string account)
    {
        var token = (string)(await Api.Create($"{account}/token", new JsonObject { ["spec"] = new JsonObject() })).Expect()["status"]!["token"]!;
        var config = JsonNode.Parse(await cluster!.Kubectl("config", "view", "--raw", "-o", "json"))!;
        config["users"]![0]!["user"] = new JsonObject { ["token"] = token };
        var file = Path.Join(folder, $"{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(file, config.ToJsonString());
        return KubernetesConfig.Load(file);
    }

    internal static DefaultsProbe Probe(KubernetesConfig config) => new(() => new KubernetesClient(config, TimeProvider.System, NullLoggerFactory.Instance));

    private Task WriteAsync(string configuration)
    {
        configured = configuration;
        return File.WriteAllTextAsync(ConfigFile, $"""
            apiVersion: apiserver.config.k8s.io/v1
            kind: AdmissionConfiguration
            plugins:
              - name: PodSecurity
                configuration:
                  apiVersion: pod-security.admission.config.k8s.io/v1
                  kind: PodSecurityConfiguration
                  {configuration}
            """);
    }
}
