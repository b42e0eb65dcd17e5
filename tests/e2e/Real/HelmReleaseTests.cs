using System.Text.RegularExpressions;
using Coral.EndToEnd.Harness;

namespace Coral.EndToEnd.Real;

/// <summary>The life of a release on a real API server, whose nodes are played. A cluster has one release at a time, so each test takes its own away.</summary>
public sealed partial class HelmReleaseTests(HelmCluster it) : IClassFixture<HelmCluster>, IDisposable
{
    private const string Deployment = "/apis/apps/v1/namespaces/coral-system/deployments/coral-webhook";
    private const string Policies = "/apis/coral.io/v1alpha1/injectionpolicies";
    private const string Job = "/apis/batch/v1/namespaces/coral-system/jobs/coral-uninstall";

    private static readonly string[] Waiting = ["--wait", "--timeout", "120s"];

    private readonly HelmProgram helm = new(it.Cluster.Kubeconfig);

    public void Dispose() => helm.Dispose();

    [KitFact]
    public async Task A_release_is_installed_upgraded_rolled_back_and_uninstalled()
    {
        // The first install has definitions and a policy at once.
        await helm.Run([.. Release("install", await OlderChartAsync()), "--create-namespace", "-f", HelmProgram.Profile("documented-table"), .. Waiting]);
        Assert.Equal((2, "coral-policy-0.0.1"), await WebhookAsync());
        Assert.True((await it.Api.Get($"{Policies}/documented-table")).Ok);

        await helm.Run([.. Release("upgrade", HelmProgram.Chart), "--set", "webhook.replicaCount=3,settings.CORAL_CLUSTER=prod-1", .. Waiting]);
        Assert.Equal((3, "coral-policy-0.1.0"), await WebhookAsync());
        Assert.Equal("prod-1", (string?)(await it.Api.Get("/api/v1/namespaces/coral-system/configmaps/coral-settings")).Expect()["data"]!["CORAL_CLUSTER"]);
        Assert.Equal(404, (await it.Api.Get($"{Policies}/documented-table")).Status);

        await helm.Run(["rollback", "coral", "1", "-n", "coral-system", .. Waiting]);
        Assert.Equal((2, "coral-policy-0.0.1"), await WebhookAsync());
        Assert.Equal(404, (await it.Api.Get("/api/v1/namespaces/coral-system/configmaps/coral-settings")).Status);
        Assert.True((await it.Api.Get($"{Policies}/documented-table")).Ok);

        await helm.Run([.. Release("uninstall"), .. Waiting]);
        Assert.Equal(
            ["CustomResourceDefinition /injectionpolicies.coral.io", "CustomResourceDefinition /nodecapabilities.coral.io", "Namespace /coral-system"],
            await it.OursAsync());
    }

    /// <summary>The Job of the hook is played, so its command is run here, with its own account and nothing else.</summary>
    [KitFact]
    public async Task What_the_hook_runs_with_its_own_rights_leaves_nothing_behind()
    {
        await helm.Run([.. Release("install", HelmProgram.Chart), "--create-namespace", "--set", "crds.keep=false", .. Waiting]);
        await it.MadeByProcessesAsync("coral-system");
        await it.Cluster.KubectlWith("""{"apiVersion": "coral.io/v1alpha1", "kind": "InjectionPolicy", "metadata": {"name": "mine"}, "spec": {}}""", "create", "-f", "-");
        var hooks = await helm.Run("get", "hooks", "coral", "-n", "coral-system");
        await helm.Run([.. Release("uninstall"), "--no-hooks", .. Waiting]);
        await it.Cluster.KubectlWith(hooks, "create", "-f", "-");
        try
        {
            var args = (await it.Api.Get(Job)).Expect()["spec"]!["template"]!["spec"]!["containers"]![0]!["args"]!.AsArray().Select(argument => (string)argument!);
            var config = await Tokens.ConfigAsync(it.Cluster, "coral-uninstall", it.PathOf("hook"));
            var run = await CliProgram.Run([.. args, "--kubeconfig", config]);
            Assert.True(run.ExitCode == 0, run.ToString());
            Assert.Equal("", run.Errors);
            Assert.Contains("mine", run.Output, StringComparison.Ordinal);
            foreach (var action in new[] { "delete nodes", "get secrets -n coral-system", "delete secrets/other -n coral-system", "delete pods -A", "delete namespaces", "delete crd/other.example.com", "patch namespaces" })
                Assert.Equal("no", (await it.Cluster.TryKubectl(["auth", "can-i", .. action.Split(' '), "--as=system:serviceaccount:coral-system:coral-uninstall"])).Output.Trim());
        }
        finally
        {
            await it.Cluster.KubectlWith(hooks, "delete", "--ignore-not-found", "-f", "-");
        }

        Assert.Equal(["Namespace /coral-system"], await it.OursAsync());
        var labels = (await it.Api.Get("/api/v1/nodes/fake-0")).Expect()["metadata"]!["labels"]!.AsObject();
        Assert.DoesNotContain(labels, label => label.Key.StartsWith("coral.io/", StringComparison.Ordinal));
    }

    [KitFact]
    public async Task In_another_namespace_its_agents_are_held_to_their_own_node()
    {
        await helm.Run(["install", "coral", HelmProgram.Chart, "-n", "elsewhere", "--create-namespace", .. Waiting]);
        try
        {
            string[] label = ["label", "node", "fake-0", "coral.io/ebpf=minimal", "--dry-run=server"];
            await Eventually.Async(
                async () => (await it.Cluster.TryKubectl([.. label, "--as=system:serviceaccount:elsewhere:coral-agent"])).Errors.Contains("ValidatingAdmissionPolicy 'agent.coral.io' with binding 'agent.coral.io' denied request", StringComparison.Ordinal),
                TimeSpan.FromSeconds(60), "the admission policy is in force for the account of this namespace");
        }
        finally
        {
            await helm.Run(["uninstall", "coral", "-n", "elsewhere", .. Waiting]);
        }
    }

    [KitFact]
    public async Task What_kubectl_installed_is_not_taken_over()
    {
        await it.Cluster.KubectlWith("""{"apiVersion": "scheduling.k8s.io/v1", "kind": "PriorityClass", "metadata": {"name": "coral-agent"}, "value": 5}""", "create", "-f", "-");
        try
        {
            var said = await helm.TryRun([.. Release("install", HelmProgram.Chart), "--create-namespace"]);
            Assert.Equal(1, said.ExitCode);
            Assert.Contains("coral-agent", said.Errors, StringComparison.Ordinal);
            Assert.Equal(404, (await it.Api.Get(Deployment)).Status);
        }
        finally
        {
            await it.Cluster.Kubectl("delete", "priorityclass", "coral-agent");
        }
    }

    [KitFact]
    public async Task The_commands_of_the_page_work_in_their_order()
    {
        var page = await File.ReadAllTextAsync(Path.Join(Stage.Root, "docs", "operations", "install.md"));
        var section = page[page.IndexOf("\n## Helm\n", StringComparison.Ordinal)..];
        var commands = CommandLine().Matches(section[..section.IndexOf("\n## ", 2, StringComparison.Ordinal)]).Select(match => match.Value)
            // Another way to install, for whoever has volumes.
            .Where(line => !line.Contains("profiles/", StringComparison.Ordinal)).Append(Removal().Match(page).Groups[1].Value).ToList();
        Assert.Equal(["kubectl apply", "helm install", "kubectl apply", "helm upgrade", "helm rollback", "helm uninstall"], commands.Select(command => string.Join(' ', command.Split(' ')[..2])));
        foreach (var command in commands)
        {
            var words = command.Split(' ')[1..];
            var run = command.StartsWith("helm", StringComparison.Ordinal)
                ? await helm.TryRun(words.Select(word => word.StartsWith("manifests/", StringComparison.Ordinal) ? Path.Join(Stage.Root, word) : word))
                : await it.Cluster.TryKubectl(words.Select(word => word.StartsWith("manifests/", StringComparison.Ordinal) ? Path.Join(Stage.Root, word) : word));
            Assert.True(run.ExitCode == 0, $"{command}: {run}");
        }
    }

    private static string[] Release(params string[] words) => [words[0], "coral", .. words[1..], "-n", "coral-system"];

    private async Task<(int Replicas, string Chart)> WebhookAsync()
    {
        var webhook = (await it.Api.Get(Deployment)).Expect();
        return ((int)webhook["spec"]!["replicas"]!, (string)webhook["metadata"]!["labels"]!["helm.sh/chart"]!);
    }

    /// <summary>The chart as it may have been before: another version, with an object less.</summary>
    private async Task<string> OlderChartAsync()
    {
        var older = it.PathOf("older");
        var copied = await Command.Run("cp", ["-r", HelmProgram.Chart, older]);
        Assert.True(copied.ExitCode == 0, copied.ToString());
        var chart = Path.Join(older, "Chart.yaml");
        await File.WriteAllTextAsync(chart, (await File.ReadAllTextAsync(chart)).Replace("version: 0.1.0", "version: 0.0.1", StringComparison.Ordinal));
        File.Delete(Path.Join(older, "templates", "webhook", "poddisruptionbudget.yaml"));
        return older;
    }

    [GeneratedRegex("""^(helm|kubectl) .*$""", RegexOptions.Multiline)]
    private static partial Regex CommandLine();

    [GeneratedRegex("""\| Helm \| `(helm uninstall [^`]*)`""")]
    private static partial Regex Removal();
}
