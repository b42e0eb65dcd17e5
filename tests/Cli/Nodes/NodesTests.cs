using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Coral.Cli.Tests.Nodes;

/// <summary>The verb <c>nodes</c>, against a server that answers as an API server does, at noon of the fixed day.</summary>
public sealed class NodesTests
{
    private const string NoReports = """{"kind":"NodeCapabilityList","metadata":{},"items":[]}""";

    private static readonly string Nodes = List(
        Node("best", labels: "\"coral.io/ebpf\":\"minimal\""),
        Node("full", spec: """ "taints":[{"key":"gpu","value":"yes","effect":"NoSchedule"},{"key":"soft","effect":"PreferNoSchedule"}] """),
        Node("privileged"),
        Node("old", spec: "\"unschedulable\":true", kubelet: "v1.28.9-gke.1000"),
        Node("silent"),
        Node("eternal"),
        Node("distant"),
        Node("ahead"),
        Node("rebooted", boot: "boot-2"),
        Node("unheard"),
        Node("fargate", labels: "\"eks.amazonaws.com/compute-type\":\"fargate\""),
        Node("win", os: "windows"));

    private static readonly string Reports = List(
        Report("best", "ok", "ok"),
        Report("full", "denied", "ok"),
        Report("privileged", "denied", "denied"),
        Report("old", "absent", "absent", asIs: "absent"),
        Report("silent", "ok", "ok", expires: "2026-11-21T11:18:00Z"),
        Report("eternal", "ok", "ok", expires: null),
        Report("distant", "ok", "ok", expires: "2126-11-21T12:25:00Z"),
        Report("ahead", "ok", "ok").Replace("11:55:00Z", "12:12:00Z", StringComparison.Ordinal),
        Report("rebooted", "ok", "ok"),
        Report("gone", "ok", "ok"),
        Report("unheard", "ok", "ok").Replace("\"name\":\"unheard\"", "\"name\":\"forged\"", StringComparison.Ordinal));

    [Theory]
    [InlineData("table", "nodes-table.txt")]
    [InlineData("wide", "nodes-wide.txt")]
    [InlineData("json", "nodes.jsonl")]
    public async Task Every_node_stands_there_with_its_tier_its_freshness_and_why(string format, string golden)
    {
        var run = await Run(Nodes, Reports, null, "-o", format);

        Assert.Equal(("", 0), (run.Error, run.Code));
        Golden.Check(golden, run.Out);
    }

    [Fact]
    public async Task On_a_narrow_screen_only_names_and_sentences_wrap()
    {
        var run = await Run(Nodes, Reports, 90);

        Assert.Equal(0, run.Code);
        Assert.All(run.Out.Split('\n').SkipLast(2), line => Assert.True(line.Length <= 90, line));
        Assert.Contains("expired 42 min ago", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cluster_without_our_CRD_has_nodes_that_nobody_reported()
    {
        var run = await Run(List(Node("a")), null, null, "-o", "json");

        Assert.Equal(("no-report", "none"), (run.Lines.Single().GetProperty("reason").GetString(), run.Lines.Single().GetProperty("tier").GetString()));
    }

    [Fact]
    public async Task No_node_at_all_is_a_negative_result()
    {
        var run = await Run(List(), NoReports, null);

        Assert.Equal((1, "coral: there is no node and no report"), (run.Code, Assert.Single(run.Complaints)));
    }

    [Fact]
    public async Task The_engine_and_the_verb_agree_on_the_samples()
    {
        var run = await Coral.Run("nodes", "--standalone", Coral.Standalone, "-o", "json");

        Assert.Equal(["node-a minimal proved-minimal never expires", "node-b minimal proved-minimal never expires"], run.Lines.Select(line =>
            string.Join(' ', new[] { "node", "tier", "reason", "report" }.Select(name => line.GetProperty(name).GetString()))));
    }

    [Theory]
    [InlineData("coral: say where the nodes are: either --standalone DIR or --kubeconfig FILE", "nodes")]
    [InlineData("coral: say where the nodes are: either --standalone DIR or --kubeconfig FILE", "nodes", "--standalone", ".", "--kubeconfig", "x", "--context", "y")]
    [InlineData("coral: --context needs --kubeconfig", "nodes", "--standalone", ".", "--context", "y")]
    [InlineData("coral: --standalone nowhere: there is no such folder", "nodes", "--standalone", "nowhere")]
    [InlineData("coral: -o is \"yaml\"; it must be table or wide or json", "nodes", "--standalone", ".", "-o", "yaml")]
    [InlineData("coral: nowhere: no such file", "nodes", "--kubeconfig", "nowhere")]
    public async Task Bad_input_is_said_and_exits_with_2(string complaint, params string[] args)
    {
        var run = await Coral.Run(args);

        Assert.Equal(2, run.Code);
        Assert.Contains(complaint, run.Complaints);
    }

    [Fact]
    public async Task Missing_rights_are_named_together_and_exit_with_3()
    {
        var run = await Run("", null, null);

        Assert.Equal(3, run.Code);
        Assert.Contains("refuses: ", Assert.Single(run.Complaints), StringComparison.Ordinal);
        Assert.Contains("nodes", run.Error, StringComparison.Ordinal);
    }

    /// <summary>Reports that are null are of a kind that the server doesn't know; nodes that are empty are forbidden.</summary>
    private static async Task<Run> Run(string nodes, string? reports, int? width, params string[] args)
    {
        await using var server = await FakeServer.Start(context =>
        {
            var (status, body) = context.Request.Path.Value switch
            {
                "/api/v1/nodes" when nodes.Length == 0 => (403, Status(403, "Forbidden", "nodes is forbidden")),
                "/api/v1/nodes" => (200, nodes),
                _ when reports is null => (404, Status(404, "NotFound", "the server could not find the requested resource")),
                _ => (200, reports),
            };
            context.Response.ContentType = "application/json";
            context.Response.StatusCode = status;
            return context.Response.WriteAsync(body);
        });
        using var folder = new Folder();
        var config = folder.Write("config", $$$"""
            apiVersion: v1
            kind: Config
            current-context: c
            clusters: [{name: c, cluster: {server: "{{{server.Url}}}", certificate-authority: {{{folder.Write("ca.crt", server.Pem)}}} } }]
            users: [{name: u, user: {token: t} }]
            contexts: [{name: c, context: {cluster: c, user: u} }]
            """);
        return await Coral.RunOn(width, "", ["nodes", "--kubeconfig", config, .. args]);
    }

    private static string Status(int code, string reason, string message) => $$"""{"kind":"Status","status":"Failure","reason":"{{reason}}","message":"{{message}}","code":{{code.ToString(CultureInfo.InvariantCulture)}}}""";

    private static string List(params string[] items) => $$"""{"kind":"List","metadata":{},"items":[{{string.Join(',', items)}}]}""";

    private static string Node(string name, string labels = "", string spec = "", string kubelet = "v1.36.3", string os = "linux", string boot = "boot-1") => $$$"""
        {"metadata":{"name":"{{{name}}}","labels":{ {{{labels}}} } },"spec":{ {{{spec}}} },
         "status":{"nodeInfo":{"kubeletVersion":"{{{kubelet}}}","operatingSystem":"{{{os}}}","architecture":"amd64","containerRuntimeVersion":"containerd://2.4.2","bootID":"{{{boot}}}"} } }
        """;

    private static string Report(string node, string minimal, string full, string asIs = "ok", string? expires = "2026-11-21T12:25:00Z")
    {
        string Fact(string name, string lesser, string greater) => $$$""" "{{{name}}}":{"state":"{{{asIs}}}","minimal":{"state":"{{{lesser}}}"},"full":{"state":"{{{greater}}}"} } """;
        var facts = new[] { Fact("ringbuf", "ok", "ok"), Fact("btf", "ok", "ok"), Fact("raw_tp", "ok", "ok"), Fact("tp_btf", minimal, full), Fact("iter:task", "ok", "ok"), Fact("iter:tcp", minimal, full) };
        return $$$"""
            {"metadata":{"name":"{{{node}}}"},"node":"{{{node}}}","observedAt":"2026-11-21T11:55:00Z",{{{(expires is null ? "" : $"\"expiresAt\":\"{expires}\",")}}}"bootId":"boot-1",
             "system":{"release":"6.12.0","arch":"x86_64","lockdown":"none","memlock":"not-needed","runtime":"containerd"},"facts":{ {{{string.Join(',', facts)}}} } }
            """;
    }
}
