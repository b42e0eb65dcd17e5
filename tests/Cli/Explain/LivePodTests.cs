using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Coral.Cli.Tests.Explain;

/// <summary>A running pod beside the pod that would be created now. The pods are what `coral inject` makes, with what an API server adds.</summary>
public sealed class LivePodTests : IDisposable
{
    private const string Pod = """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"shop"},"spec":{"containers":[{"name":"web","image":"web"}]}}""";

    private const string Default = """{"apiVersion":"coral.io/v1alpha1","kind":"InjectionPolicy","metadata":{"name":"default"},"spec":{"onMismatch":"downgrade"}}""";

    private readonly Folder folder = new();
    private readonly Cluster cluster = new();

    [Fact]
    public async Task A_pod_that_would_be_decided_alike_is_said_to_be_the_same()
    {
        await CreateAsync();
        var live = Live(await ExplainAsync("pod/web"));
        Assert.Equal("intact", live.GetProperty("sidecar").GetString());
        Assert.Equal(["id", "variant", "form", "reason", "template", "policy", "degraded"], live.GetProperty("status").EnumerateObject().Select(member => member.Name));
        Assert.Equal(("ebpf-minimal", "proved-minimal", "default"), Status(live));
        AssertCauses(live);
        Assert.True(live.GetProperty("same").GetBoolean());
    }

    [Fact]
    public async Task What_the_cluster_and_we_added_later_does_not_count_for_a_new_pod()
    {
        await CreateAsync();
        cluster.Pod!["spec"]!["nodeName"] = "elsewhere";
        cluster.Pod["spec"]!["ephemeralContainers"] = new JsonArray(JsonNode.Parse("""{"name":"debug","image":"busybox","securityContext":{"privileged":true}}"""));
        cluster.Pod["metadata"]!["annotations"]!["cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes"] = "mine,coral-data,coral-no-token";
        var run = await ExplainAsync("pod/web");
        AssertCauses(Live(run));
        Assert.Equal("proved-minimal", Decision(run).GetProperty("reason").GetString());
        Assert.Equal(Decision(run).GetProperty("id").GetString(), Decision(await ExplainFileAsync(Pod.Replace("\"namespace\":\"shop\"", "\"namespace\":\"shop\",\"annotations\":{\"cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes\":\"mine\"}", StringComparison.Ordinal))).GetProperty("id").GetString());
    }

    [Fact]
    public async Task A_level_that_changed_is_the_cause()
    {
        await CreateAsync();
        cluster.Level = "baseline";
        var live = Live(await ExplainAsync("pod/web"));
        AssertCauses(live, "level privileged baseline");
        Assert.False(live.GetProperty("same").GetBoolean());
    }

    [Fact]
    public async Task Nodes_that_changed_are_the_cause()
    {
        await CreateAsync();
        cluster.Reported = false;
        AssertCauses(Live(await ExplainAsync("pod/web")), "nodes proved-minimal no-report");
    }

    [Fact]
    public async Task Another_policy_is_the_cause_and_an_image_that_it_changed_shows_in_the_sidecar()
    {
        await CreateAsync();
        cluster.Policies = [Default, """{"apiVersion":"coral.io/v1alpha1","kind":"InjectionPolicy","metadata":{"name":"fewer"},"spec":{"priority":7,"variants":{"ebpf-minimal":{"image":"registry.example/agent:2"}}}}"""];
        var live = Live(await ExplainAsync("pod/web"));
        Assert.Equal("different", live.GetProperty("sidecar").GetString());
        AssertCauses(live, "policy default fewer");
    }

    [Fact]
    public async Task A_policy_of_the_same_name_that_writes_another_image_is_told_as_a_sidecar_that_is_made_otherwise()
    {
        await CreateAsync();
        cluster.Policies = [Default.Replace("\"spec\":{", "\"spec\":{\"variants\":{\"ebpf-minimal\":{\"image\":\"registry.example/agent:2\"}},", StringComparison.Ordinal)];
        var live = Live(await ExplainAsync("pod/web"));
        Assert.Equal("template", Assert.Single(live.GetProperty("causes").EnumerateArray()).GetProperty("code").GetString());
    }

    [Theory]
    [InlineData("observe", "rollout inject observe")]
    [InlineData("annotate", "rollout inject annotate")]
    public async Task So_is_a_rollout_that_went_back(string rollout, string cause)
    {
        await CreateAsync();
        cluster.Policies = [Default.Replace("\"spec\":{", $"\"spec\":{{\"rollout\":\"{rollout}\",", StringComparison.Ordinal)];
        AssertCauses(Live(await ExplainAsync("pod/web")), cause);
    }

    [Fact]
    public async Task A_pod_that_was_annotated_only_would_be_injected_now()
    {
        cluster.Rollout = "annotate";
        await CreateAsync();
        cluster.Rollout = null;
        var live = Live(await ExplainAsync("pod/web"));
        Assert.Equal("none", live.GetProperty("sidecar").GetString());
        Assert.Equal(("ebpf-minimal", "proved-minimal", "default"), Status(live));
        AssertCauses(live, "rollout annotate inject");
    }

    [Fact]
    public async Task A_namespace_that_is_not_opted_in_is_an_answer()
    {
        await CreateAsync();
        cluster.OptedIn = false;
        var run = await ExplainAsync("pod/web");
        AssertCauses(Live(run), "opt-in true -");
        Assert.Equal("not-opted-in", Decision(run).GetProperty("reason").GetString());

        cluster.Pod = JsonNode.Parse(Pod);
        var plain = Live(await ExplainAsync("pod/web"));
        Assert.Equal(JsonValueKind.Null, plain.GetProperty("status").ValueKind);
        Assert.True(plain.GetProperty("same").GetBoolean());
    }

    [Fact]
    public async Task A_pod_from_before_the_opt_in_would_get_the_sidecar_now()
    {
        cluster.Pod = JsonNode.Parse(Pod);
        AssertCauses(Live(await ExplainAsync("pod/web")), "not-recorded - -");
    }

    [Fact]
    public async Task A_foreign_container_of_our_name_stays_in_the_way()
    {
        cluster.Pod = JsonNode.Parse(Pod.Replace("\"name\":\"web\",\"image\"", "\"name\":\"coral-agent\",\"image\"", StringComparison.Ordinal));
        var run = await ExplainAsync("pod/web");
        Assert.Equal(("different", "container-name-taken"), (Live(run).GetProperty("sidecar").GetString(), Decision(run).GetProperty("reason").GetString()));
        Assert.True(Live(run).GetProperty("same").GetBoolean());
    }

    [Theory]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"id":7,"variant":null,"degraded":"x"}""")]
    public async Task A_status_that_somebody_wrote_never_breaks_the_answer(string status)
    {
        await CreateAsync();
        cluster.Pod!["metadata"]!["annotations"]!["coral.io/status"] = status;
        Assert.Equal("intact", Live(await ExplainAsync("pod/web")).GetProperty("sidecar").GetString());
    }

    [Fact]
    public async Task The_table_says_both_decisions_and_why_they_differ()
    {
        await CreateAsync();
        cluster.Level = "restricted";
        var run = await ExplainAsync(["pod", "web"], json: false);
        Assert.Equal((0, ""), (run.Code, run.Error));
        Golden.Check("explain-live.txt", run.Out);
    }

    [Fact]
    public async Task A_pod_that_is_not_there_is_one_line_and_exits_with_1()
    {
        var run = await ExplainAsync("pod/other");
        Assert.Equal((1, $"coral: pod/other: there is none in namespace shop of {cluster.Url}/; say another namespace with -n"), (run.Code, Assert.Single(run.Complaints)));
    }

    [Fact]
    public async Task Rights_that_are_missing_are_one_line()
    {
        await CreateAsync();
        cluster.Forbidden = ["/api/v1/namespaces/shop/pods/web"];
        var pod = await ExplainAsync("pod/web");
        Assert.Equal((3, "coral: pod/web: refused (403); the right to get pods in namespace shop is needed"), (pod.Code, Assert.Single(pod.Complaints)));

        cluster.Forbidden = ["/api/v1/nodes", "/apis/coral.io/v1alpha1/injectionpolicies"];
        var facts = await ExplainAsync("pod/web");
        Assert.Equal(3, facts.Code);
        Assert.StartsWith($"coral: {cluster.Url}/ refuses facts that decide: refused (403); refused (403); rights to list namespaces, ", Assert.Single(facts.Complaints), StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_mistakes_of_the_call_are_said_at_once()
    {
        var run = await Coral.Run("explain", "deployment/web", "-f", "x.yaml", "--mode", "loud");
        Assert.Equal(
            [
                "coral: --mode is \"loud\"; it must be auto, restricted, ebpf-minimal, ebpf-full, ebpf-privileged",
                "coral: -f and a pod's name exclude each other: what is explained comes from files or from a cluster",
                "coral: deployment/web: a running pod is read from a cluster; give --kubeconfig, and no --standalone",
                "coral: \"deployment/web\" names no pod; it must be pod/NAME (of a workload: coral explain -f FILE)",
            ],
            run.Complaints);
        Assert.Equal(2, run.Code);
    }

    public void Dispose() => folder.Dispose();

    /// <summary>The pod as it is stored after the webhook decided by the facts of this moment.</summary>
    private async Task CreateAsync()
    {
        await using var server = await cluster.StartAsync();
        var run = await Coral.RunWith(Pod, "inject", "-f", "-", "--kubeconfig", Config(server), "-o", "json");
        Assert.True(run.Code == 0, run.Error);
        cluster.Pod = JsonNode.Parse(run.Out)!;
        cluster.Pod["metadata"]!["uid"] = "7a";
        cluster.Pod["metadata"]!["creationTimestamp"] = "2026-11-21T12:00:00Z";
        cluster.Pod["status"] = new JsonObject { ["phase"] = "Running" };
    }

    private Task<Run> ExplainAsync(string pod) => ExplainAsync([pod], json: true);

    private async Task<Run> ExplainAsync(string[] pod, bool json)
    {
        await using var server = await cluster.StartAsync();
        return await Coral.Run(["explain", .. pod, "-n", "shop", "--kubeconfig", Config(server), .. json ? ["-o", "json"] : (string[])[]]);
    }

    private async Task<Run> ExplainFileAsync(string pod)
    {
        await using var server = await cluster.StartAsync();
        return await Coral.RunWith(pod, "explain", "-f", "-", "--kubeconfig", Config(server), "-o", "json");
    }

    private static JsonElement Live(Run run)
    {
        Assert.True(run.Code == 0, run.Error);
        return Assert.Single(run.Lines).GetProperty("live");
    }

    private static JsonElement Decision(Run run) => Assert.Single(run.Lines).GetProperty("decision");

    private static (string?, string?, string?) Status(JsonElement live) =>
        (live.GetProperty("status").GetProperty("variant").GetString(), live.GetProperty("status").GetProperty("reason").GetString(), live.GetProperty("status").GetProperty("policy").GetString());

    private static void AssertCauses(JsonElement live, params string[] causes) =>
        Assert.Equal(causes, live.GetProperty("causes").EnumerateArray().Select(cause => $"{cause.GetProperty("code")} {cause.GetProperty("then").GetString() ?? "-"} {cause.GetProperty("now").GetString() ?? "-"}"));

    private string Config(FakeServer server) => folder.Write("config", $$$"""
        apiVersion: v1
        kind: Config
        current-context: c
        clusters: [{name: c, cluster: {server: "{{{server.Url}}}", certificate-authority: {{{folder.Write("ca.crt", server.Pem)}}} } }]
        users: [{name: u, user: {token: t} }]
        contexts: [{name: c, context: {cluster: c, user: u} }]
        """);

    /// <summary>What the API server answers at this moment.</summary>
    private sealed class Cluster
    {
        public JsonNode? Pod { get; set; }

        public string Level { get; set; } = "privileged";

        public bool OptedIn { get; set; } = true;

        public string? Rollout { get; set; }

        public bool Reported { get; set; } = true;

        public string[] Policies { get; set; } = [Default];

        public string[] Forbidden { get; set; } = [];

        public string Url { get; private set; } = "";

        public async Task<FakeServer> StartAsync()
        {
            var server = await FakeServer.Start(context =>
            {
                var path = context.Request.Path.Value!;
                var body = Forbidden.Contains(path) ? null : Answer(path);
                context.Response.ContentType = "application/json";
                if (body is null) context.Response.StatusCode = Forbidden.Contains(path) ? 403 : 404;
                return context.Response.WriteAsync(body ?? """{"kind":"Status","status":"Failure","message":"refused"}""");
            });
            Url = server.Url;
            return server;
        }

        private string? Answer(string path) => path switch
        {
            "/version" => """{"major":"1","minor":"36","gitVersion":"v1.36.3"}""",
            "/api/v1/namespaces" => List(new JsonObject
            {
                ["metadata"] = new JsonObject
                {
                    ["name"] = "shop",
                    ["labels"] = new JsonObject { ["pod-security.kubernetes.io/enforce"] = Level, ["coral.io/inject"] = OptedIn ? "true" : null },
                    ["annotations"] = Rollout is null ? null : new JsonObject { ["coral.io/rollout"] = Rollout },
                },
            }.ToJsonString()),
            "/api/v1/nodes" => List("""{"metadata":{"name":"n1"},"status":{"nodeInfo":{"kubeletVersion":"v1.36.1","operatingSystem":"linux"}}}"""),
            "/apis/coral.io/v1alpha1/nodecapabilities" => Reported ? List(Report) : List(),
            "/apis/coral.io/v1alpha1/injectionpolicies" => List(Policies),
            "/api/v1/namespaces/shop/pods/web" => Pod?.ToJsonString(),
            "/api/v1/namespaces/shop/pods/other" => null,
            _ => List(),
        };

        private static string List(params string[] items) => $$"""{"kind":"List","apiVersion":"v1","metadata":{},"items":[{{string.Join(',', items)}}]}""";

        /// <summary>The clock of these tests stands still at noon, so it never expires.</summary>
        private static string Report { get; } = new JsonObject
        {
            ["apiVersion"] = "coral.io/v1alpha1",
            ["kind"] = "NodeCapability",
            ["metadata"] = new JsonObject { ["name"] = "n1" },
            ["node"] = "n1",
            ["generation"] = 1,
            ["observedAt"] = "2026-01-01T00:00:00Z",
            ["expiresAt"] = "2026-11-21T12:30:00Z",
            ["system"] = new JsonObject { ["memlock"] = "not-needed" },
            ["facts"] = new JsonObject(new[] { "ringbuf", "btf", "raw_tp", "tp_btf", "iter:task", "iter:tcp" }.Select(fact =>
                KeyValuePair.Create(fact, JsonNode.Parse("""{"state":"ok","minimal":{"state":"ok"},"full":{"state":"ok"}}""")))),
        }.ToJsonString();
    }
}
