using System.Text.Json.Nodes;
using Coral.EndToEnd.Harness;

namespace Coral.EndToEnd.Real;

/// <summary>A webhook that learns, or is told, what its cluster applies to namespaces without Pod Security labels.</summary>
[Collection("stage")]
public sealed class ProbeTests(Stage stage)
{
    private const string Configuration = """
        apiVersion: apiserver.config.k8s.io/v1
        kind: AdmissionConfiguration
        plugins:
          - name: PodSecurity
            configuration:
              apiVersion: pod-security.admission.config.k8s.io/v1
              kind: PodSecurityConfiguration
              defaults: {enforce: baseline}
              exemptions: {namespaces: [builds], usernames: [], runtimeClasses: []}
        """;

    [KitFact]
    public async Task A_pod_of_an_unlabelled_namespace_is_decided_by_the_default_that_was_learnt()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Configuration);
        await using var cluster = await KitCluster.Start(new() { AdmissionConfig = file });
        using var api = new ApiClient(cluster.Kubeconfig);
        await api.CreateNamespace("probed-shop", ("coral.io/inject", "true"));
        await using var webhook = await WebhookProcess.Start(new() { Kubeconfig = cluster.Kubeconfig, Search = stage.SearchServer.Url, More = ["--probe-pod-security"] });

        // Ready without an answer, because the namespace to ask in is not there yet: the safe level is assumed.
        await ProbeSaysAsync(webhook, "unknown: the namespace coral-probe is missing: kubectl apply -k manifests/probe; the assumed level holds");
        Assert.Equal(("restricted", "assumed"), await LevelAsync(api));

        await cluster.Kubectl("apply", "-k", Path.Join(Stage.Root, "manifests", "probe"));
        await Eventually.Async(async () => (await api.Get("/api/v1/namespaces/coral-probe/serviceaccounts/default")).Ok, TimeSpan.FromSeconds(60), "coral-probe has its service account");
        await webhook.RestartAsync();
        await ProbeSaysAsync(webhook, "enforce baseline:latest, warn privileged:latest, as learnt");
        Assert.Equal(("baseline", "probed"), await LevelAsync(api));

        // Our own webhook is not asked about the probe's pods.
        Assert.Empty(await stage.Search.All(SearchClient.Term("kubernetes.namespace", "coral-probe")));
        File.Delete(file);
    }

    [KitFact]
    public async Task What_the_API_server_was_configured_with_can_be_given_with_its_exemptions()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, Configuration);
        await using var cluster = await KitCluster.Start(new() { AdmissionConfig = file });
        using var api = new ApiClient(cluster.Kubeconfig);
        await api.CreateNamespace("probed-shop", ("coral.io/inject", "true"));
        await api.CreateNamespace("builds", ("coral.io/inject", "true"), ("pod-security.kubernetes.io/enforce", "restricted"));
        await using var webhook = await WebhookProcess.Start(new() { Kubeconfig = cluster.Kubeconfig, Search = stage.SearchServer.Url, More = ["--pod-security-config", file] });

        Assert.Equal(("baseline", "configured"), await LevelAsync(api));
        Assert.Equal(("privileged", "exempt"), await LevelAsync(api, "builds"));
        File.Delete(file);
    }

    private static Task ProbeSaysAsync(WebhookProcess webhook, string text) => Eventually.Async(
        async () => (await webhook.Page("/readyz")).Contains($"[+] pod-security-probe: {text}", StringComparison.Ordinal), TimeSpan.FromSeconds(60), $"/readyz says: {text}");

    /// <summary>What was recorded of the decision on a pod that the API server then admits.</summary>
    private async Task<(string? Level, string? Origin)> LevelAsync(ApiClient api, string ns = "probed-shop")
    {
        var pod = (await api.CreatePod(ns, Pods.Hardened("p"), dryRun: true)).Expect();
        Assert.Equal(("restricted", 1), (Stage.Variant(pod), Stage.Sidecars(pod)));
        var id = (string)Stage.Status(pod)!["id"]!;
        var document = await Eventually.Async<JsonNode>(async () => await stage.Search.ByDecision(id) is [var found, ..] ? found : null, TimeSpan.FromSeconds(60), $"decision {id} is found");
        return ((string?)document["coral"]!["pss"]!["level"], (string?)document["coral"]!["pss"]!["origin"]);
    }
}
