using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Testing;

namespace Coral.Webhook.Tests;

/// <summary>Case A of the acceptance list (injectors.md §6): the protocol, right and wrong.</summary>
public sealed class ProtocolTests(RunningWebhook webhook) : IClassFixture<RunningWebhook>
{
    [Fact]
    public async Task A1_uid_version_and_kind_are_echoed()
    {
        var answer = await webhook.ReviewAsync(RunningWebhook.Review(uid: "0f0e"));

        Assert.Equal("admission.k8s.io/v1", answer.GetProperty("apiVersion").GetString());
        Assert.Equal("AdmissionReview", answer.GetProperty("kind").GetString());
        Assert.Equal("0f0e", answer.GetProperty("response").GetProperty("uid").GetString());
        Assert.Equal("0f0e", answer.GetProperty("response").GetProperty("auditAnnotations").GetProperty("coral-event-id").GetString());
    }

    public static TheoryData<string, string?, HttpStatusCode, string> Malformed => new()
    {
        { "", "application/json", HttpStatusCode.BadRequest, "empty" },
        { "\0\u0001random", "application/json", HttpStatusCode.BadRequest, "not valid JSON" },
        { "[]", "application/json", HttpStatusCode.BadRequest, "not a JSON object" },
        { "{}", "application/json", HttpStatusCode.BadRequest, "kind must be AdmissionReview" },
        { """{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1"}""", "application/json", HttpStatusCode.BadRequest, "request is missing" },
        { """{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":null}""", "application/json", HttpStatusCode.BadRequest, "request is missing" },
        { """{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1","request":{}}""", "application/json", HttpStatusCode.BadRequest, "request.uid is missing" },
        { """{"kind":"AdmissionReview","apiVersion":"admission.k8s.io/v1beta1","request":{"uid":"u"}}""", "application/json", HttpStatusCode.BadRequest, "apiVersion must be admission.k8s.io/v1" },
        { RunningWebhook.Review(change: request => request["object"] = null), "application/json", HttpStatusCode.BadRequest, "request.object must be an object" },
        { RunningWebhook.Review(change: request => request["operation"] = "PATCH"), "application/json", HttpStatusCode.BadRequest, "request.operation" },
        { RunningWebhook.Review(change: request => request.Remove("resource")), "application/json", HttpStatusCode.BadRequest, "request.resource" },
        { RunningWebhook.Review()[..200], "application/json", HttpStatusCode.BadRequest, "not valid JSON" },
        { """{"kind":"AdmissionReview","kind":"Other","apiVersion":"admission.k8s.io/v1"}""", "application/json", HttpStatusCode.BadRequest, "not valid JSON" },
        { RunningWebhook.Review().Replace("\"spec\":", "\"spec\":{\"hostPID\":true},\"spec\":", StringComparison.Ordinal), "application/json", HttpStatusCode.BadRequest, "not valid JSON" },
        { RunningWebhook.Review(), "application/yaml", HttpStatusCode.UnsupportedMediaType, "Content-Type" },
        { RunningWebhook.Review(), null, HttpStatusCode.UnsupportedMediaType, "Content-Type" },
        { new string('[', 5000), "application/json", HttpStatusCode.BadRequest, "not valid JSON" },
    };

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task A2_what_is_no_review_gets_a_clear_4xx_and_the_process_lives_on(string body, string? type, HttpStatusCode code, string text)
    {
        foreach (var path in new[] { "/mutate", "/validate" })
        {
            var answer = await webhook.PostAsync(body, path, type);
            Assert.Equal(code, answer.Code);
            Assert.Contains(text, answer.Text, StringComparison.Ordinal);
            Assert.Single(answer.Text.Trim().Split('\n'));
        }

        Assert.True((await webhook.ReviewAsync(RunningWebhook.Review())).GetProperty("response").GetProperty("allowed").GetBoolean());
    }

    [Fact]
    public async Task A3_a_body_over_the_limit_is_refused_and_one_of_3_MiB_is_not()
    {
        var large = """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"a","image":"i","args":["X"]}]}}""";
        var twenty = await PostChunkedAsync(RunningWebhook.Review(pod: large.Replace("X", new string('x', 20 * 1024 * 1024), StringComparison.Ordinal)));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, twenty);

        var three = await webhook.ReviewAsync(RunningWebhook.Review(pod: large.Replace("X", new string('x', 3 * 1024 * 1024), StringComparison.Ordinal)));
        Assert.True(three.GetProperty("response").TryGetProperty("patch", out _));
    }

    [Fact]
    public async Task A4_A5_the_requests_namespace_decides_whatever_the_object_says()
    {
        const string Pod = """{"metadata":{"generateName":"app-","namespace":"plain"},"spec":{"containers":[{"name":"a","image":"i"}]}}""";

        Assert.Equal("injected", Code(await webhook.ReviewAsync(RunningWebhook.Review("shop", Pod))));
        Assert.Equal("skipped", Code(await webhook.ReviewAsync(RunningWebhook.Review("plain", Pod.Replace("\"plain\"", "\"shop\"", StringComparison.Ordinal)))));
    }

    [Theory]
    [InlineData("ephemeralcontainers")]
    [InlineData("resize")]
    [InlineData("status")]
    [InlineData("binding")]
    [InlineData("eviction")]
    [InlineData("exec")]
    public async Task A6_subresources_are_allowed_without_a_patch(string subresource)
    {
        var answer = await webhook.ReviewAsync(RunningWebhook.Review(change: request => request["subResource"] = subresource));

        AssertUntouched(answer, "not-a-pod-create");
    }

    [Fact]
    public async Task A6_other_kinds_are_allowed_without_a_patch()
    {
        AssertUntouched(await webhook.ReviewAsync(RunningWebhook.Review(change: request => request["resource"]!["resource"] = "services")), "not-a-pod-create");
    }

    [Theory]
    [InlineData("UPDATE")]
    [InlineData("DELETE")]
    public async Task A7_updates_and_deletions_are_never_touched(string operation)
    {
        var answer = await webhook.ReviewAsync(RunningWebhook.Review(change: request =>
        {
            request["operation"] = operation;
            if (operation == "DELETE") request["object"] = null;
        }));

        AssertUntouched(answer, "not-a-pod-create");
    }

    [Fact]
    public async Task A8_a_dry_run_gets_the_same_patch_and_one_document_that_says_so()
    {
        var real = await webhook.ReviewAsync(RunningWebhook.Review(uid: "same"));
        var dry = await webhook.ReviewAsync(RunningWebhook.Review(uid: "same", change: request => request["dryRun"] = true));

        Assert.Equal(real.GetRawText(), dry.GetRawText());
        var documents = await Documents.OfAsync(webhook.Spool, "same");
        Assert.Equal([false, true], documents.Select(document => document.GetProperty("coral").GetProperty("admission").GetProperty("dry_run").GetBoolean()).Order());
    }

    [Fact]
    public async Task A9_a_patch_is_base64_of_an_array_and_no_change_has_neither_patch_nor_type()
    {
        var pod = """{"apiVersion":"v1","kind":"Pod","metadata":{"generateName":"app-"},"spec":{"containers":[{"name":"app","image":"nginx"}]}}""";
        var injected = (await webhook.ReviewAsync(RunningWebhook.Review(pod: pod))).GetProperty("response");
        Assert.Equal("JSONPatch", injected.GetProperty("patchType").GetString());
        var patch = (JsonArray)JsonNode.Parse(injected.GetProperty("patch").GetBytesFromBase64())!;
        var patched = JsonPatch.Apply(JsonNode.Parse(pod), patch)!.ToJsonString();

        AssertUntouched(await webhook.ReviewAsync(RunningWebhook.Review(pod: patched)), "already-injected");
        AssertUntouched(await webhook.ReviewAsync(RunningWebhook.Review("plain")), "not-opted-in");
    }

    [Fact]
    public async Task A10_a_client_that_goes_away_is_not_recorded()
    {
        var before = await webhook.PageAsync("/metrics");
        using var client = webhook.NewClient();
        using var content = new StalledContent(Encoding.UTF8.GetBytes(RunningWebhook.Review(uid: "gone")));
        using var abort = new CancellationTokenSource();
        var call = client.PostAsync(new Uri("/mutate", UriKind.Relative), content, abort.Token);
        await content.Started;
        await abort.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);

        Assert.Equal("injected", Code(await webhook.ReviewAsync(RunningWebhook.Review(uid: "after"))));
        Assert.Empty(await Documents.OfAsync(webhook.Spool, "gone"));
        Assert.Equal(Total(before) + 1, Total(await webhook.PageAsync("/metrics")));
    }

    [Fact]
    public async Task A11_what_we_cannot_look_up_is_admitted_with_a_warning()
    {
        var response = (await webhook.ReviewAsync(RunningWebhook.Review("nowhere"))).GetProperty("response");

        Assert.True(response.GetProperty("allowed").GetBoolean());
        Assert.Equal("failed", response.GetProperty("auditAnnotations").GetProperty("decision").GetString());
        Assert.Contains("namespace-unknown", response.GetProperty("warnings")[0].GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A12_reviews_in_parallel_are_not_mixed_up(string version)
    {
        using var client = webhook.NewClient(Version.Parse(version));
        var namespaces = new[] { ("shop", "injected"), ("strict", "injected"), ("plain", "skipped"), ("deny", "denied"), ("nowhere", "failed") };
        var answers = await Task.WhenAll(Enumerable.Range(0, 300).Select(async i =>
        {
            var (ns, expected) = namespaces[i % namespaces.Length];
            var pod = $$$"""{"metadata":{"name":"pod-{{{i}}}"},"spec":{"containers":[{"name":"c{{{i}}}","image":"i"}]}}""";
            return (Answer: await webhook.ReviewAsync(RunningWebhook.Review(ns, pod, $"{version}-{i}"), client: client), Uid: $"{version}-{i}", Expected: expected);
        }));

        foreach (var (answer, uid, expected) in answers)
        {
            Assert.Equal(uid, answer.GetProperty("response").GetProperty("uid").GetString());
            Assert.Equal(expected, Code(answer));
        }
    }

    [Fact]
    public async Task A_denial_says_what_was_asked_and_why_not()
    {
        var response = (await webhook.ReviewAsync(RunningWebhook.Review("deny"))).GetProperty("response");

        Assert.False(response.GetProperty("allowed").GetBoolean());
        Assert.Equal(403, response.GetProperty("status").GetProperty("code").GetInt32());
        Assert.Contains("ebpf-full", response.GetProperty("status").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_required_sidecar_that_is_missing_is_refused_by_validate()
    {
        var response = (await webhook.ReviewAsync(RunningWebhook.Review("strict"), "/validate")).GetProperty("response");

        Assert.False(response.GetProperty("allowed").GetBoolean());
        Assert.Equal("sidecar-required", response.GetProperty("auditAnnotations").GetProperty("reason").GetString());
    }

    [Theory]
    [InlineData("shop", "", "pods of this Deployment get restricted as a native sidecar (")]
    [InlineData("shop", "\"hostNetwork\":true,", "pods of this Deployment: no sidecar (host-network)")]
    [InlineData("deny", "\"hostNetwork\":true,", "pods of this Deployment will be refused: violates PodSecurity \"baseline:latest\": host namespaces (hostNetwork=true)")]
    [InlineData("strict", "", "pods of this Deployment will be refused: violates PodSecurity \"restricted:latest\": allowPrivilegeEscalation != false, unrestricted capabilities, runAsNonRoot != true, seccompProfile")]
    public async Task The_author_of_a_workload_is_told_what_its_pods_will_get(string ns, string spec, string warning)
    {
        var deployment = """{"kind":"Deployment","metadata":{"name":"d"},"spec":{"template":{"metadata":{},"spec":{""" + spec + """ "containers":[{"name":"a","image":"i"}]}}}}""";
        var response = (await webhook.ReviewAsync(
            RunningWebhook.Review(ns, deployment, change: request =>
            {
                request["kind"] = new JsonObject { ["group"] = "apps", ["version"] = "v1", ["kind"] = "Deployment" };
                request["resource"] = new JsonObject { ["group"] = "apps", ["version"] = "v1", ["resource"] = "deployments" };
            }),
            "/validate")).GetProperty("response");

        Assert.True(response.GetProperty("allowed").GetBoolean());
        Assert.StartsWith("coral: " + warning, response.GetProperty("warnings")[0].GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task I2_I3_every_skip_has_its_code_in_warning_metric_and_audit_and_the_counters_add_up()
    {
        const string Pod = """{"metadata":{"name":"p"},"spec":{"hostPID":true,"containers":[{"name":"a","image":"i"}]}}""";
        var before = await webhook.PageAsync("/metrics");
        var response = (await webhook.ReviewAsync(RunningWebhook.Review(pod: Pod, uid: "skip-1"))).GetProperty("response");
        var after = await webhook.PageAsync("/metrics");

        Assert.Contains("host-pid", response.GetProperty("warnings")[0].GetString(), StringComparison.Ordinal);
        Assert.Equal("host-pid", response.GetProperty("auditAnnotations").GetProperty("reason").GetString());
        var document = Assert.Single(await Documents.OfAsync(webhook.Spool, "skip-1"));
        Assert.Equal("host-pid", document.GetProperty("event").GetProperty("reason").GetString());
        Assert.Equal(Value(before, "coral_admission_requests_total{webhook=\"mutate\",outcome=\"skipped\",reason=\"host-pid\"}") + 1, Value(after, "coral_admission_requests_total{webhook=\"mutate\",outcome=\"skipped\",reason=\"host-pid\"}"));
        Assert.Equal(Total(after), Value(after, "coral_admission_duration_seconds_count{webhook=\"mutate\"}") + Value(after, "coral_admission_duration_seconds_count{webhook=\"validate\"}"));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/mutate/x")]
    [InlineData("/metrics")]
    public async Task Other_pages_do_not_exist_on_the_admission_port(string path)
    {
        Assert.Equal(HttpStatusCode.NotFound, (await webhook.Client.GetAsync(new Uri(path, UriKind.Relative))).StatusCode);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, (await webhook.Client.GetAsync(new Uri("/mutate", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task I6_mangled_reviews_never_crash_and_never_get_a_5xx()
    {
        var random = new Random(42);
        var good = RunningWebhook.Review();
        for (var i = 0; i < 500; i++)
        {
            var body = good.ToCharArray();
            for (var changes = random.Next(1, 6); changes > 0; changes--) body[random.Next(body.Length)] = (char)random.Next(32, 127);
            var (code, text) = await webhook.PostAsync(new string(body));
            Assert.True((int)code < 500, $"{code}: {text} for {new string(body)}");
        }
    }

    private static string Code(JsonElement answer) => answer.GetProperty("response").GetProperty("auditAnnotations").GetProperty("decision").GetString()!;

    private static void AssertUntouched(JsonElement answer, string reason)
    {
        var response = answer.GetProperty("response");
        Assert.True(response.GetProperty("allowed").GetBoolean());
        Assert.False(response.TryGetProperty("patch", out _));
        Assert.False(response.TryGetProperty("patchType", out _));
        Assert.Equal(reason, response.GetProperty("auditAnnotations").GetProperty("reason").GetString());
    }

    private static double Total(string page) => page.Split('\n').Where(line => line.StartsWith("coral_admission_requests_total{", StringComparison.Ordinal)).Sum(line => double.Parse(line.Split(' ')[^1]));

    private static double Value(string page, string series) =>
        page.Split('\n').Where(line => line.StartsWith(series + " ", StringComparison.Ordinal)).Select(line => double.Parse(line.Split(' ')[^1])).SingleOrDefault();

    private async Task<HttpStatusCode> PostChunkedAsync(string body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri("/mutate", UriKind.Relative)) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.ExpectContinue = true;
        using var answer = await webhook.Client.SendAsync(request);
        return answer.StatusCode;
    }

    /// <summary>Sends the first half of a body and then waits until the call is cancelled.</summary>
    private sealed class StalledContent(byte[] body) : HttpContent
    {
        private readonly TaskCompletionSource started = new(TaskCreationOptions.RunContinuationsAsynchronously);

        internal Task Started => started.Task;

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
        {
            await stream.WriteAsync(body.AsMemory(0, body.Length / 2), cancellationToken);
            await stream.FlushAsync(cancellationToken);
            started.SetResult();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) => SerializeToStreamAsync(stream, context, CancellationToken.None);

        protected override bool TryComputeLength(out long length)
        {
            Headers.ContentType ??= new System.Net.Http.Headers.MediaTypeHeaderValue("application/json");
            length = body.Length;
            return true;
        }
    }
}
