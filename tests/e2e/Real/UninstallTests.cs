using Coral.EndToEnd.Harness;

namespace Coral.EndToEnd.Real;

/// <summary><c>coral uninstall</c> after a real webhook: what it really made is gone, and nothing else.</summary>
public sealed class UninstallTests(InstalledCluster installed) : IClassFixture<InstalledCluster>
{
    [KitFact]
    public async Task What_a_webhook_made_is_gone_and_nothing_else()
    {
        // Pods that wait for a node may start at any time: they count as agents and webhooks that run.
        await installed.Cluster.Kubectl("delete", "deployment", "coral-webhook", "-n", "coral-system");
        await Eventually.Async(async () => !(await NamesAsync()).Exists(name => name.StartsWith("Pod ", StringComparison.Ordinal)), TimeSpan.FromSeconds(60), "its pods are gone");
        var before = await NamesAsync();
        await using (var webhook = await WebhookProcess.Start(new() { Kubeconfig = await installed.ConfigOf("coral-webhook"), Register = "service", OwnAuditKey = false }))
        {
            await Eventually.Async(async () => (await NamesAsync()).Except(before, StringComparer.Ordinal).Count() >= 5, TimeSpan.FromSeconds(60), "two configurations, two Secrets and a Lease are there");
        }

        // A webhook behind a Service takes nothing back when it ends.
        Assert.Equal(5, (await NamesAsync()).Except(before, StringComparer.Ordinal).Count());

        var lines = await CliProgram.Json(0, "uninstall", "--kubeconfig", installed.Cluster.Kubeconfig, "--keep-crds", "--wait", "1s");
        Assert.Equal(["Lease", "MutatingWebhookConfiguration", "Secret", "Secret", "ValidatingWebhookConfiguration"], lines.Select(line => (string)line["kind"]!).Order(StringComparer.Ordinal));
        Assert.Equal(before, await NamesAsync());
    }

    [KitFact]
    public async Task Each_right_that_is_missing_is_one_line_and_the_exit_code_is_1()
    {
        // The auditor may list Leases, and nothing else.
        await installed.Cluster.Kubectl("create", "serviceaccount", "auditor", "-n", "coral-system");
        await installed.Cluster.Kubectl("create", "rolebinding", "auditor", "-n", "coral-system", "--role=coral-auditor", "--serviceaccount=coral-system:auditor");
        var run = await CliProgram.Run("uninstall", "--kubeconfig", await installed.ConfigOf("auditor"), "--wait", "1s");
        Assert.Equal(1, run.ExitCode);
        var lines = run.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.All(lines, line => Assert.Matches("^coral: .+ is forbidden: User \"system:serviceaccount:coral-system:auditor\" cannot (list|delete) resource .+ \\(403\\)(; so for [0-9]+ more)?$", line));
        // Configurations of both kinds, pods, nodes, reports, Secrets, namespaces, policies and definitions.
        Assert.Equal(9, lines.Length);
    }

    private Task<List<string>> NamesAsync() => ObjectNames.AllAsync(installed.Cluster);
}
