namespace Coral.Cli.Tests.Uninstall;

/// <summary><c>coral uninstall</c> against a server that answers as an API server does.</summary>
public sealed class UninstallTests
{
    [Fact]
    public async Task What_our_processes_made_goes_and_what_others_own_stays()
    {
        var cluster = FakeCluster.Full();
        var run = await Run(cluster);
        Assert.Equal(("", 0), (run.Error, run.Code));
        Golden.Check("uninstall.txt", run.Out);
        Assert.Equal(
            [
                "/api/v1/namespaces/coral-system/secrets/coral-search", "/api/v1/namespaces/plain", "/api/v1/namespaces/plain/pods/web", "/api/v1/namespaces/shop", "/api/v1/namespaces/shop/pods/web-0",
                "/api/v1/namespaces/shop/pods/web-1", "/api/v1/nodes/n1", "/api/v1/nodes/n2", "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/other",
                "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/others.example.com",
                "/apis/coordination.k8s.io/v1/namespaces/coral-system/leases/somebody-else",
                // The server deletes a definition's objects, which this stand-in does not.
                "/apis/coral.io/v1alpha1/injectionpolicies/platform",
            ],
            cluster.Objects.Keys);
        Assert.Equal("""{"labels":{"kubernetes.io/os":"linux"},"annotations":{"coral.iomega/a":"b"},"name":"n1"}""", cluster.Objects["/api/v1/nodes/n1"]["metadata"]!.ToJsonString());
        Assert.Equal("true", (string?)cluster.Objects["/api/v1/namespaces/shop"]["metadata"]!["labels"]!["coral.io/inject"]);
        Assert.StartsWith("DELETE /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/coral-policy", cluster.Writes[0]);
    }

    [Fact]
    public async Task For_programs_each_outcome_is_a_line_of_JSON() => Golden.Check("uninstall.jsonl", (await Run(FakeCluster.Full(), "-o", "json")).Out);

    [Fact]
    public async Task The_second_time_there_is_nothing_to_do()
    {
        var cluster = FakeCluster.Full();
        cluster.Objects.Remove("/apis/coral.io/v1alpha1/injectionpolicies/platform");
        await Run(cluster, "--namespaces");
        foreach (var pod in new[] { "web-0", "web-1" }) cluster.Objects.Remove($"/api/v1/namespaces/shop/pods/{pod}");
        cluster.Writes.Clear();
        var run = await Run(cluster, "--namespaces");
        Assert.StartsWith("Nothing of Coral is left in https://127.0.0.1:", run.Out);
        Assert.Equal(("", 0), (run.Error, run.Code));
        Assert.Empty(cluster.Writes);
    }

    [Fact]
    public async Task A_dry_run_says_the_same_and_changes_nothing()
    {
        var cluster = FakeCluster.Full();
        var before = string.Concat(cluster.Objects);
        var dry = await Run(cluster, "--dry-run");
        Assert.Equal(0, dry.Code);
        Assert.Equal(before, string.Concat(cluster.Objects));
        Assert.All(cluster.Writes, write => Assert.EndsWith(" (dry run)", write));
        Assert.Equal(Words((await Run(cluster)).Out.Replace("removed", "would-remove", StringComparison.Ordinal)), Words(dry.Out));

        static string[] Words(string table) => table.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
    }

    [Fact]
    public async Task Options_keep_definitions_and_audit_and_opt_namespaces_out()
    {
        var cluster = FakeCluster.Full();
        var run = await Run(cluster, "--keep-crds", "--keep-audit", "--namespaces");
        Assert.Equal(0, run.Code);
        Assert.DoesNotContain("InjectionPolicy", run.Out, StringComparison.Ordinal);
        Assert.All(
            new[] { "/api/v1/namespaces/coral-system/secrets/coral-audit-key", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/nodecapabilities.coral.io", "/apis/coordination.k8s.io/v1/namespaces/coral-system/leases/coral-audit-00000000000000a1" },
            path => Assert.Contains(path, cluster.Objects.Keys));
        Assert.DoesNotContain("/api/v1/namespaces/coral-system/secrets/coral-webhook-tls", cluster.Objects.Keys);
        Assert.DoesNotContain("/apis/coral.io/v1alpha1/nodecapabilities/n1", cluster.Objects.Keys);
        Assert.Equal("""{"labels":{"team":"shop"},"annotations":{},"name":"shop"}""", cluster.Objects["/api/v1/namespaces/shop"]["metadata"]!.ToJsonString());
    }

    [Fact]
    public async Task A_missing_right_is_one_line_and_the_rest_goes_on()
    {
        var cluster = FakeCluster.Full(line => line is "DELETE /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/coral-policy" || line.StartsWith("PATCH /api/v1/nodes", StringComparison.Ordinal) || line == "GET /api/v1/pods");
        cluster.Add("/api/v1/nodes/n3", """{"labels":{"coral.io/ebpf":"none"}}""");
        var run = await Run(cluster);
        Assert.Equal(
            [
                "coral: MutatingWebhookConfiguration coral-policy stays: DELETE /apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/coral-policy is forbidden (403)",
                "coral: Node n1 keeps coral.io/ebpf, coral.io/old, coral.io/seen: PATCH /api/v1/nodes/n1 is forbidden (403); so for 1 more",
                "coral: pods are not looked at: GET /api/v1/pods is forbidden (403)",
            ],
            run.Complaints);
        Assert.Equal(1, run.Code);
        Assert.Contains("ValidatingWebhookConfiguration", run.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("/apis/coral.io/v1alpha1/nodecapabilities/n1", cluster.Objects.Keys);
    }

    [Fact]
    public async Task Nothing_of_nodes_is_removed_before_the_agents_have_ended()
    {
        const string Agent = "/api/v1/namespaces/coral-system/pods/coral-agent-x";
        var cluster = FakeCluster.Full();
        cluster.Add(Agent, """{"labels":{"app.kubernetes.io/name":"coral-agent"}}""");
        var asked = 0;
        cluster.Seen = line =>
        {
            if (line != "GET /api/v1/namespaces/coral-system/pods") return;
            Assert.DoesNotContain(cluster.Writes, write => write.StartsWith("PATCH /api/v1/nodes", StringComparison.Ordinal));
            // What a webhook that had just started did meanwhile.
            if (++asked == 3) cluster.Add("/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/coral-policy");
            if (asked == 4) cluster.Objects.Remove(Agent);
        };
        var run = await Run(cluster);
        Assert.Equal("coral: waiting for coral-agent-x in namespace coral-system to end ...", Assert.Single(run.Complaints));
        Assert.Equal((0, 4), (run.Code, asked));
        Assert.DoesNotContain("/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/coral-policy", cluster.Objects.Keys);
    }

    [Fact]
    public async Task Agents_that_do_not_end_are_a_problem_and_say_what_to_do()
    {
        var cluster = FakeCluster.Full();
        cluster.Add("/api/v1/namespaces/coral-system/pods/coral-agent-x", """{"labels":{"app.kubernetes.io/name":"coral-agent"}}""");
        var run = await Run(cluster, "--wait", "3s");
        Assert.Equal(
            "coral: coral-agent-x in namespace coral-system still runs and will write anew what is removed: delete the DaemonSet coral-agent and the webhook first, then run this again",
            run.Complaints[^1]);
        Assert.Equal(1, run.Code);
        Assert.DoesNotContain("/apis/coral.io/v1alpha1/nodecapabilities/n1", cluster.Objects.Keys);
    }

    private static async Task<Run> Run(FakeCluster cluster, params string[] args)
    {
        await using var server = await FakeServer.Start(cluster.Answer);
        using var folder = new Folder();
        var ca = folder.Write("ca.crt", server.Pem);
        var config = folder.Write("config", $$$"""
            apiVersion: v1
            kind: Config
            current-context: c
            clusters: [{name: c, cluster: {server: "{{{server.Url}}}", certificate-authority: {{{ca}}}} }]
            users: [{name: u, user: {token: t} }]
            contexts: [{name: c, context: {cluster: c, user: u} }]
            """);
        return await Coral.RunAt(new Hasty(), null, "", ["uninstall", "--kubeconfig", config, .. args]);
    }

    /// <summary>The system's clock, but the pause between two looks is over at once, and counts.</summary>
    private sealed class Hasty : TimeProvider
    {
        private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

        private long skipped;

        public override long GetTimestamp() => System.GetTimestamp() + Interlocked.Read(ref skipped);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime != Pause) return System.CreateTimer(callback, state, dueTime, period);
            Interlocked.Add(ref skipped, (long)(Pause.TotalSeconds * System.TimestampFrequency));
            return System.CreateTimer(callback, state, TimeSpan.Zero, period);
        }
    }
}
