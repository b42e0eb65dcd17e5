using System.Net;
using System.Text;
using Coral.Kubernetes.Tests.Fakes;
using Coral.Testing;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Kubernetes.Tests;

public sealed class KubernetesClientTests : IAsyncLifetime
{
    private readonly TestFolder folder = new();
    private readonly FakeTimeProvider time = new();
    private FakeApiServer server = null!;
    private KubernetesClient client = null!;

    public async Task InitializeAsync()
    {
        server = await FakeApiServer.StartAsync();
        client = new KubernetesClient(server.Config(folder), time, NullLoggerFactory.Instance);
    }

    public async Task DisposeAsync()
    {
        client.Dispose();
        await server.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task Each_verb_sends_its_method_path_query_type_and_body()
    {
        var seen = new List<string>();
        server.Intercept = async context =>
        {
            using var reader = new StreamReader(context.Request.Body);
            seen.Add($"{context.Request.Method} {context.Request.Path}{context.Request.QueryString} {context.Request.ContentType} {await reader.ReadToEndAsync()}".TrimEnd());
            await FakeApiServer.AnswerAsync(context, 200, """{"kind":"Thing"}""");
            return true;
        };
        var body = """{"a":1}"""u8.ToArray();
        var dry = new WriteOptions { DryRun = true, FieldManager = "me" };
        await client.GetAsync(ApiResource.Deployments, "ns", "a");
        await client.GetAsync(ApiResource.Nodes, null, "n");
        await client.ListAsync(ApiResource.Pods, new ListOptions { LabelSelector = "a=b,c", FieldSelector = "spec.nodeName=n", Limit = 5, Continue = "to/ken", ResourceVersion = "0" });
        await client.ListAsync(ApiResource.InjectionPolicies);
        await client.CreateAsync(ApiResource.Pods, "ns", body);
        await client.CreateAsync(ApiResource.Namespaces, null, body, dry);
        await client.PatchAsync(ApiResource.Pods, "ns", "a", body, PatchType.Json, dry);
        await client.PatchAsync(ApiResource.Pods, "ns", "a", body, PatchType.Merge);
        await client.PatchAsync(ApiResource.Pods, "ns", "a", body, PatchType.StrategicMerge);
        await client.ApplyAsync(ApiResource.NodeCapabilities, null, "n", body, "coral", force: true, dry);
        await client.DeleteAsync(ApiResource.Pods, "ns", "a");
        await client.DeleteAsync(ApiResource.Pods, "ns", "a", dry);
        Assert.Equal(
            [
                "GET /apis/apps/v1/namespaces/ns/deployments/a",
                "GET /api/v1/nodes/n",
                "GET /api/v1/pods?labelSelector=a%3Db%2Cc&fieldSelector=spec.nodeName%3Dn&limit=5&continue=to%2Fken&resourceVersion=0",
                "GET /apis/coral.io/v1alpha1/injectionpolicies",
                """POST /api/v1/namespaces/ns/pods application/json {"a":1}""",
                """POST /api/v1/namespaces?dryRun=All&fieldManager=me application/json {"a":1}""",
                """PATCH /api/v1/namespaces/ns/pods/a?dryRun=All&fieldManager=me application/json-patch+json {"a":1}""",
                """PATCH /api/v1/namespaces/ns/pods/a application/merge-patch+json {"a":1}""",
                """PATCH /api/v1/namespaces/ns/pods/a application/strategic-merge-patch+json {"a":1}""",
                """PATCH /apis/coral.io/v1alpha1/nodecapabilities/n?dryRun=All&fieldManager=coral&force=true application/apply-patch+yaml {"a":1}""",
                "DELETE /api/v1/namespaces/ns/pods/a",
                "DELETE /api/v1/namespaces/ns/pods/a?dryRun=All",
            ],
            seen);
    }

    [Fact]
    public async Task The_version_is_read_with_a_vendors_plus()
    {
        Answer(200, """{"major":"1","minor":"36+","gitVersion":"v1.36.3-eks"}""");
        Assert.Equal(new ServerVersion(1, 36, "v1.36.3-eks"), await client.GetVersionAsync());
    }

    [Fact]
    public async Task A_status_becomes_an_exception_that_carries_it()
    {
        Answer(409, """{"kind":"Status","message":"namespaces \"a\" already exists","reason":"AlreadyExists","details":{"name":"a"},"code":409}""");
        var failure = await Assert.ThrowsAsync<KubernetesException>(() => client.CreateAsync(ApiResource.Namespaces, null, "{}"u8.ToArray()));
        Assert.Equal((HttpStatusCode.Conflict, "AlreadyExists", "namespaces \"a\" already exists (409)"), (failure.StatusCode, failure.Reason, failure.Message));
        Assert.Equal("a", failure.Status!.Value.GetProperty("details").GetProperty("name").GetString());
    }

    [Fact]
    public async Task Warnings_are_heard_as_the_server_meant_them()
    {
        server.Intercept = async context =>
        {
            context.Response.Headers.Append("Warning", """299 - "would violate PodSecurity \"baseline:latest\": a \\ b" """.TrimEnd());
            context.Response.Headers.Append("Warning", "299 - \"second\"");
            context.Response.Headers.Append("Warning", "no warning at all");
            await FakeApiServer.AnswerAsync(context, 201, "{}");
            return true;
        };
        var heard = new List<string>();
        await client.CreateAsync(ApiResource.Pods, "ns", "{}"u8.ToArray(), new WriteOptions { DryRun = true, Warned = heard.Add });
        Assert.Equal(["""would violate PodSecurity "baseline:latest": a \ b""", "second"], heard);
    }

    [Fact]
    public async Task An_error_page_of_a_proxy_is_named_with_its_url()
    {
        Answer(404, "<html>\nno such site</html>");
        var failure = await Assert.ThrowsAsync<KubernetesException>(() => client.GetAsync(ApiResource.Nodes, null, "a"));
        Assert.Equal($"GET {server.Url}api/v1/nodes/a was answered with 404: <html> no such site</html>", failure.Message);
        Assert.Null(failure.Status);
    }

    [Fact]
    public async Task Something_that_is_no_api_server_is_named()
    {
        Answer(200, "<html>welcome</html>");
        var failure = await Assert.ThrowsAsync<KubernetesProtocolException>(() => client.GetVersionAsync());
        Assert.Equal($"{server.Url} does not answer as a Kubernetes API server: 200 with a body of 20 bytes that is no JSON object", failure.Message);
    }

    [Fact]
    public async Task Reads_are_tried_again_when_the_server_says_and_writes_only_when_asked()
    {
        server.Intercept = async context =>
        {
            context.Response.Headers.RetryAfter = "1";
            await FakeApiServer.AnswerAsync(context, 429, FakeApiServer.Status(429, "TooManyRequests", "slow down"));
            return true;
        };
        var failure = await Assert.ThrowsAsync<KubernetesException>(() => Finish(client.GetAsync(ApiResource.Nodes, null, "a")));
        Assert.Equal((TimeSpan.FromSeconds(1), 4), (failure.RetryAfter, server.Requests.Count));
        await Assert.ThrowsAsync<KubernetesException>(() => Finish(client.DeleteAsync(ApiResource.Nodes, null, "a")));
        Assert.Equal(5, server.Requests.Count);
        await Assert.ThrowsAsync<KubernetesException>(() => Finish(client.CreateAsync(ApiResource.Nodes, null, "{}"u8.ToArray(), new WriteOptions { Retry = true })));
        Assert.Equal(9, server.Requests.Count);
    }

    [Fact]
    public async Task A_server_that_does_not_answer_is_given_fifteen_seconds()
    {
        var begun = time.GetTimestamp();
        server.Intercept = async context =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            return true;
        };
        var failure = await Assert.ThrowsAsync<KubernetesUnreachableException>(() => Finish(client.GetAsync(ApiResource.Nodes, null, "a")));
        Assert.Equal($"cannot reach the Kubernetes API server {server.Url}: no answer within 15 s", failure.Message);
        Assert.True(time.GetElapsedTime(begun) >= TimeSpan.FromSeconds(15));
    }

    [Fact]
    public async Task A_body_that_stalls_or_breaks_off_is_asked_for_again()
    {
        var requests = 0;
        server.Intercept = async context =>
        {
            requests++;
            if (requests == 3)
            {
                await FakeApiServer.AnswerAsync(context, 200, """{"major":"1","minor":"36"}""");
                return true;
            }

            await context.Response.WriteAsync("""{"major":""");
            await context.Response.Body.FlushAsync();
            if (requests == 1) await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
            else context.Abort();
            return true;
        };
        Assert.Equal(36, (await Finish(client.GetVersionAsync())).Minor);
    }

    [Fact]
    public async Task A_cancelled_request_is_a_cancelled_request()
    {
        using var stop = new CancellationTokenSource();
        server.Intercept = async context =>
        {
            await stop.CancelAsync();
            await FakeApiServer.AnswerAsync(context, 200, "{}");
            return true;
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetVersionAsync(stop.Token));
    }

    [Fact]
    public async Task A_watch_yields_events_however_they_are_cut_into_packets()
    {
        var text = string.Join("\n", FakeStore.Event("ADDED", """{"metadata":{"name":"ä"}}"""), "", FakeStore.Event("DELETED", """{"metadata":{}}"""), FakeStore.Event("ERROR", """{"kind":"Status"}""")) + "\r\n";
        server.Intercept = async context =>
        {
            foreach (var part in Encoding.UTF8.GetBytes(text))
            {
                await context.Response.Body.WriteAsync(new[] { part });
                await context.Response.Body.FlushAsync();
            }

            return true;
        };
        var events = new List<WatchEvent>();
        await foreach (var change in client.WatchAsync(ApiResource.Pods)) events.Add(change);
        Assert.Equal([WatchEventType.Added, WatchEventType.Deleted, WatchEventType.Error], events.Select(change => change.Type));
        Assert.Equal("ä", events[0].Object.GetProperty("metadata").GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_watch_that_breaks_off_within_an_event_says_so()
    {
        server.Intercept = async context =>
        {
            await context.Response.WriteAsync("""{"type":"ADDED","obj""");
            return true;
        };
        var failure = await Assert.ThrowsAsync<KubernetesUnreachableException>(async () =>
        {
            await foreach (var _ in client.WatchAsync(ApiResource.Pods)) Assert.Fail("no event is whole");
        });
        Assert.EndsWith("the watch broke off within an event", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_connection_that_is_refused_is_named_at_once()
    {
        await server.DisposeAsync();
        server = await FakeApiServer.StartAsync();
        using var other = new KubernetesClient(
            KubernetesConfig.Load(folder.Write("refused", Kubeconfig("http://127.0.0.1:1"))), time, NullLoggerFactory.Instance);
        var failure = await Assert.ThrowsAsync<KubernetesUnreachableException>(() => Finish(other.GetVersionAsync()));
        Assert.Equal("cannot reach the Kubernetes API server http://127.0.0.1:1/: connection refused; is it running there?", failure.Message);
    }

    [Fact]
    public async Task A_host_without_an_address_is_named()
    {
        using var other = new KubernetesClient(
            KubernetesConfig.Load(folder.Write("unknown", Kubeconfig("http://nowhere.invalid"))), time, NullLoggerFactory.Instance);
        var failure = await Assert.ThrowsAsync<KubernetesUnreachableException>(() => Finish(other.GetVersionAsync()));
        Assert.Equal("cannot reach the Kubernetes API server http://nowhere.invalid/: its host name cannot be resolved", failure.Message);
    }

    [Fact]
    public async Task A_kind_and_its_namespace_must_fit()
    {
        await Assert.ThrowsAsync<ArgumentException>(() => client.GetAsync(ApiResource.Pods, null, "a"));
        await Assert.ThrowsAsync<ArgumentException>(() => client.GetAsync(ApiResource.Nodes, "ns", "a"));
        await Assert.ThrowsAsync<ArgumentException>(() => client.CreateAsync(ApiResource.Pods, null, "{}"u8.ToArray()));
    }

    private static string Kubeconfig(string server) =>
        $"current-context: t\ncontexts: [{{name: t, context: {{cluster: t}}}}]\nclusters: [{{name: t, cluster: {{server: \"{server}\"}}}}]\n";

    private void Answer(int code, string body) => server.Intercept = async context =>
    {
        await FakeApiServer.AnswerAsync(context, code, body);
        return true;
    };

    private async Task<T> Finish<T>(Task<T> task)
    {
        // In small steps, so that the loopback has time to answer before an attempt's limit is reached.
        await Eventually.Is(() => task.IsCompleted, "it ends", () => time.Advance(TimeSpan.FromMilliseconds(10)));
        return await task;
    }
}
