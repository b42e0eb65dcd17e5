using Coral.EndToEnd.Harness;

namespace Coral.EndToEnd.Real;

/// <summary><c>scripts/deploy.sh</c> with a real API server, whose nodes are played: what it installs becomes ready, and nothing of it runs.</summary>
public sealed class DeployTests(HelmCluster it) : IClassFixture<HelmCluster>, IAsyncLifetime
{
    private const string Webhook = "/apis/apps/v1/namespaces/coral-system/deployments/coral-webhook";

    public async Task InitializeAsync()
    {
        if (!Kit.Runs) return;
        // For the spools of three replicas; nothing here makes volumes.
        await it.Cluster.KubectlWith(
            string.Join("\n---\n", Enumerable.Range(0, 3).Select(number => $$"""
                apiVersion: v1
                kind: PersistentVolume
                metadata: {name: volume-{{number}}}
                spec: {capacity: {storage: 2Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /nowhere} }
                """)),
            "apply", "-f", "-");
    }

    public Task DisposeAsync() => Task.CompletedTask;

    [KitFact]
    public async Task It_installs_goes_to_another_overlay_tells_how_it_is_and_removes_all_of_it()
    {
        var before = await ChangesAsync();
        var run = await Deploy("deploy", "--overlay", "ha", "--registry", "registry.example:5000/team", "--tag", "v1.2.3", "--timeout", "120s");
        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Contains("StatefulSet of registry.example:5000/team/coral-webhook:v1.2.3", run.Output, StringComparison.Ordinal);
        // What is injected comes from there too.
        var policy = (await it.Api.Get("/apis/coral.io/v1alpha1/injectionpolicies/coral-sidecar-image")).Expect();
        Assert.All(policy["spec"]!["variants"]!.AsObject(), variant => Assert.Equal("registry.example:5000/team/coral-agent:v1.2.3", (string?)variant.Value!["image"]));

        run = await Deploy("deploy", "--overlay", "documented-table", "--timeout", "120s");
        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Equal("coral-webhook:latest", (string?)(await it.Api.Get(Webhook)).Expect()["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]);
        Assert.Equal(404, (await it.Api.Get("/apis/apps/v1/namespaces/coral-system/statefulsets/coral-webhook")).Status);

        await it.MadeByProcessesAsync("coral-system");
        await it.Cluster.Kubectl("label", "namespace", "default", "coral.io/inject=true");
        run = await Deploy("status");
        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Equal(
            """
            PART          READY    WHAT
            coral-webhook 2/2      Deployment of coral-webhook:latest
            coral-agent   2/2      DaemonSet of coral-agent:latest
            definitions   2/2      injectionpolicies, nodecapabilities
            reports       1/2      of Linux nodes; coral nodes says what they prove
            registered    2/2      configurations coral-policy: the webhook makes them when it runs
            namespaces    1        opted in: default

            """,
            run.Output[(run.Output.IndexOf('\n', StringComparison.Ordinal) + 1)..]);

        run = await Deploy("undeploy");
        Assert.True(run.ExitCode == 0, run.ToString());
        Assert.Contains("documented-table", run.Output, StringComparison.Ordinal);
        Assert.Contains("with the namespace go the volumes of spools: state-coral-webhook-0 state-coral-webhook-1 state-coral-webhook-2", run.Output, StringComparison.Ordinal);
        Assert.Empty(await it.OursAsync());
        Assert.Equal(before, await ChangesAsync());

        // There is nothing any more, and that is well.
        Assert.Equal(0, (await Deploy("undeploy")).ExitCode);
        run = await Deploy("status");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("coral-webhook no       is not installed", run.Output, StringComparison.Ordinal);
    }

    [KitFact]
    public async Task Definitions_and_policies_can_be_kept()
    {
        Assert.Equal(0, (await Deploy("deploy", "--overlay", "documented-table", "--timeout", "120s")).ExitCode);
        Assert.Equal(0, (await Deploy("undeploy", "--keep-crds")).ExitCode);
        Assert.Equal(["CustomResourceDefinition /injectionpolicies.coral.io", "CustomResourceDefinition /nodecapabilities.coral.io"], await it.OursAsync());
        Assert.True((await it.Api.Get("/apis/coral.io/v1alpha1/injectionpolicies/documented-table")).Ok);
        await it.Cluster.Kubectl("delete", "-k", Path.Join(Stage.Root, "manifests", "crds"));
    }

    [KitFact]
    public async Task What_does_not_become_ready_is_a_failure_that_says_where_to_look()
    {
        // No pod that anybody plays can have its volume.
        await it.Cluster.Kubectl("delete", "pv", "--all");
        var run = await Deploy("deploy", "--overlay", "ha", "--timeout", "3s");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("deploy.sh: statefulset/coral-webhook does not run within 3s; kubectl -n coral-system describe statefulset/coral-webhook, scripts/deploy.sh logs", run.Errors, StringComparison.Ordinal);
        Assert.Equal(0, (await Deploy("undeploy")).ExitCode);
    }

    [KitFact]
    public async Task What_Helm_installed_is_left_to_Helm()
    {
        using var helm = new HelmProgram(it.Cluster.Kubeconfig);
        await helm.Run("install", "coral", HelmProgram.Chart, "-n", "coral-system", "--create-namespace", "--set", "crds.keep=false");
        foreach (var verb in new[] { "deploy", "undeploy" })
        {
            var run = await Deploy(verb);
            Assert.Equal((1, "deploy.sh: Helm installed what is there: go on with helm upgrade, or remove it by helm uninstall"), (run.ExitCode, run.Errors.Trim()));
        }

        await helm.Run("uninstall", "coral", "-n", "coral-system", "--wait");
        await it.Cluster.Kubectl("delete", "namespace", "coral-system");
        await it.Cluster.Kubectl("delete", "-k", Path.Join(Stage.Root, "manifests", "crds"));
    }

    private static async Task<string> ChangesAsync() => (await Command.Run("git", ["status", "--porcelain"], workingDirectory: Stage.Root)).Output;

    private async Task<CommandResult> Deploy(params string[] arguments) => await Command.Run(
        Path.Join(Stage.Root, "scripts", "deploy.sh"), arguments,
        environment: new Dictionary<string, string>
        {
            ["KUBECONFIG"] = it.Cluster.Kubeconfig,
            ["PATH"] = $"{await Kit.Bin("kube")}:{Environment.GetEnvironmentVariable("PATH")}",
            ["CORAL"] = $"{Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet"} {CliProgram.Program}",
            ["REGISTRY"] = "",
            ["TAG"] = "",
            ["OVERLAY"] = "",
            ["TIMEOUT"] = "",
        });
}
