using System.Text.Json.Nodes;
using Coral.EndToEnd.Harness;

namespace Coral.EndToEnd.Real;

/// <summary>`coral explain pod/NAME` of pods that a real API server stored, while what decides changes under them.</summary>
[Collection("stage")]
public sealed class ExplainLiveTests(Stage stage) : IDisposable
{
    private const string Policy = "/apis/coral.io/v1alpha1/injectionpolicies/explained";

    private readonly string folder = Directory.CreateTempSubdirectory("coral-explain-").FullName;

    [KitFact]
    public async Task A_running_pod_is_explained_with_what_has_changed_since()
    {
        const string Namespace = "explained";
        await stage.ReportAllAsync(minimal: true, full: true);
        await stage.NamespaceAsync(Namespace, "privileged");
        await stage.VariantBecomesAsync(Namespace, "ebpf-minimal");
        (await stage.Api.Create($"/apis/apps/v1/namespaces/{Namespace}/deployments", Pods.Deployment("web"))).Expect();
        var pod = await Eventually.Async<JsonNode>(async () => (await stage.PodsAsync(Namespace)).FirstOrDefault(pod => (string?)pod["status"]?["phase"] == "Running"), TimeSpan.FromSeconds(60), "a pod runs");
        var name = (string)pod["metadata"]!["name"]!;

        var line = await ExplainAsync(Namespace, name);
        Assert.Equal(("intact", "ebpf-minimal", "proved-minimal"), ((string)line["live"]!["sidecar"]!, (string)line["live"]!["status"]!["variant"]!, (string)line["live"]!["status"]!["reason"]!));
        Assert.Equal([], Causes(line));
        Assert.Equal(("injected", "proved-minimal"), ((string)line["decision"]!["outcome"]!, (string)line["decision"]!["reason"]!));
        // The id leads to the document of that very decision.
        var id = (string)line["live"]!["status"]!["id"]!;
        await stage.DocumentsAsync(Namespace);
        var document = Assert.Single(await CliProgram.Json(0, "audit", "search", "--id", id, "--search", stage.SearchServer.Url.ToString()));
        Assert.Equal((id, "injected"), ((string)document["coral"]!["decision"]!["id"]!, (string)document["coral"]!["admission"]!["decision"]!));

        await stage.ReportAsync(1, minimal: false, full: true);
        Assert.Equal(["nodes proved-minimal proved-full"], Causes(await ExplainAsync(Namespace, name)));
        await stage.ReportAllAsync(minimal: true, full: true);

        var spec = new JsonObject { ["match"] = new JsonObject { ["namespaces"] = new JsonObject { ["names"] = new JsonArray(Namespace) } }, ["modes"] = new JsonObject { ["allowed"] = new JsonArray("restricted") } };
        (await stage.Api.Apply(Policy, new JsonObject { ["apiVersion"] = "coral.io/v1alpha1", ["kind"] = "InjectionPolicy", ["metadata"] = new JsonObject { ["name"] = "explained" }, ["spec"] = spec })).Expect();
        Assert.Equal(["policy - explained"], Causes(await ExplainAsync(Namespace, name)));
        (await stage.Api.Delete(Policy)).Expect();

        await LabelAsync(Namespace, "pod-security.kubernetes.io/enforce", "restricted");
        var table = await CliProgram.Run("explain", "pod", name, "-n", Namespace, "--kubeconfig", stage.Cluster.Kubeconfig);
        Assert.True(table.ExitCode == 0, table.ToString());
        Assert.Contains("level: the Pod Security level was privileged and is restricted", table.Output, StringComparison.Ordinal);
        Assert.Contains(id, table.Output, StringComparison.Ordinal);

        await LabelAsync(Namespace, "coral.io/inject", null);
        var silent = await ExplainAsync(Namespace, name);
        Assert.Equal(["opt-in true -"], Causes(silent));
        Assert.Equal("not-opted-in", (string)silent["decision"]!["reason"]!);
    }

    [KitFact]
    public async Task A_pod_that_is_not_there_and_rights_that_are_missing_are_one_line_each()
    {
        const string Namespace = "unexplained";
        await stage.NamespaceAsync(Namespace, "privileged", injects: false);
        (await stage.Api.CreatePod(Namespace, Pods.Hardened("plain"))).Expect();
        var plain = await ExplainAsync(Namespace, "plain");
        Assert.Equal(("none", true, "not-opted-in"), ((string)plain["live"]!["sidecar"]!, (bool)plain["live"]!["same"]!, (string)plain["decision"]!["reason"]!));

        var absent = await CliProgram.Run("explain", "pod/absent", "-n", Namespace, "--kubeconfig", stage.Cluster.Kubeconfig);
        Assert.Equal((1, $"coral: pod/absent: there is none in namespace {Namespace} of https://127.0.0.1:{stage.Cluster.Port}/; say another namespace with -n"), (absent.ExitCode, absent.Errors.Trim()));

        var config = await WithoutRightsAsync(Namespace);
        var refused = await CliProgram.Run("explain", "pod/plain", "-n", Namespace, "--kubeconfig", config);
        Assert.Equal(3, refused.ExitCode);
        Assert.StartsWith($"coral: pod/plain: pods \"plain\" is forbidden: User \"system:serviceaccount:{Namespace}:default\" cannot get resource \"pods\"", Assert.Single(refused.Errors.Trim().Split('\n')), StringComparison.Ordinal);

        // May see its pods, and no facts of the cluster.
        await stage.Cluster.Kubectl("create", "rolebinding", "viewer", "-n", Namespace, "--clusterrole=view", $"--serviceaccount={Namespace}:default");
        var facts = await Eventually.Async<CommandResult>(
            async () => await CliProgram.Run("explain", "pod/plain", "-n", Namespace, "--kubeconfig", config) is { } run && !run.Errors.Contains("pods \"plain\"", StringComparison.Ordinal) ? run : null, TimeSpan.FromSeconds(30), "the role is in force");
        Assert.Equal(3, facts.ExitCode);
        var complaint = Assert.Single(facts.Errors.Trim().Split('\n'));
        foreach (var kind in new[] { "namespaces", "nodes", "injectionpolicies" }) Assert.Contains($"cannot list resource \"{kind}\"", complaint, StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task<JsonNode> ExplainAsync(string ns, string pod) =>
        Assert.Single(await CliProgram.Json(0, "explain", $"pod/{pod}", "-n", ns, "--kubeconfig", stage.Cluster.Kubeconfig));

    private static IEnumerable<string> Causes(JsonNode line) => line["live"]!["causes"]!.AsArray().Select(cause => $"{cause!["code"]} {(string?)cause["then"] ?? "-"} {(string?)cause["now"] ?? "-"}");

    private async Task LabelAsync(string ns, string label, string? value) =>
        (await stage.Api.Merge($"/api/v1/namespaces/{ns}", new JsonObject { ["metadata"] = new JsonObject { ["labels"] = new JsonObject { [label] = value } } })).Expect();

    /// <summary>A kubeconfig of a service account that may do nothing.</summary>
    private async Task<string> WithoutRightsAsync(string ns)
    {
        var token = (await stage.Cluster.Kubectl("create", "token", "default", "-n", ns)).Trim();
        var trust = (await File.ReadAllLinesAsync(stage.Cluster.Kubeconfig)).Single(line => line.Contains("certificate-authority:", StringComparison.Ordinal)).Split("certificate-authority:")[1].Split([',', '}'])[0].Trim();
        var path = Path.Join(folder, "config");
        await File.WriteAllTextAsync(path, $$$"""
            apiVersion: v1
            kind: Config
            current-context: c
            clusters: [{name: c, cluster: {server: "https://127.0.0.1:{{{stage.Cluster.Port}}}", certificate-authority: {{{trust}}} } }]
            users: [{name: u, user: {token: "{{{token}}}"} }]
            contexts: [{name: c, context: {cluster: c, user: u} }]
            """);
        return path;
    }
}
