using System.IO.Pipelines;
using System.Net;
using System.Text;
using System.Text.Json;
using Coral.Audit.Events;
using Coral.Audit.Spool;
using Coral.Policies;
using Coral.Policies.Selection;
using Coral.Testing;
using Coral.Webhook.Admission;
using Coral.Webhook.Facts;
using Coral.Webhook.Health;
using Coral.Webhook.Recording;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Webhook.Tests;

/// <summary>What no running process can be brought to on demand: facts that are not read yet, a spool that cannot accept.</summary>
public sealed class FailureTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("coral-failure-").FullName;
    private readonly FakeTimeProvider time = new();
    private readonly AdmissionMetrics metrics = new();
    private AuditSpool spool = null!;

    public Task InitializeAsync()
    {
        spool = AuditSpool.Open(new SpoolOptions { Directory = folder }, time, NullLogger.Instance);
        return Task.CompletedTask;
    }

    public async Task DisposeAsync()
    {
        await spool.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A11_before_the_facts_are_read_pods_are_admitted_as_they_came()
    {
        var response = (await AskAsync(null)).GetProperty("response");

        Assert.True(response.GetProperty("allowed").GetBoolean());
        Assert.False(response.TryGetProperty("patch", out _));
        Assert.Equal(Reasons.FactsNotReady, response.GetProperty("auditAnnotations").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A11_an_error_of_ours_admits_the_pod_as_it_came()
    {
        var broken = ClusterFacts.Empty with { Policies = [null!] };
        var response = (await AskAsync(broken)).GetProperty("response");

        Assert.True(response.GetProperty("allowed").GetBoolean());
        Assert.Equal(Reasons.InternalError, response.GetProperty("auditAnnotations").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task A_spool_that_cannot_accept_does_not_hold_a_pod_unless_a_policy_requires_the_audit()
    {
        var facts = ClusterFacts.Empty with { Namespaces = FactsReader.Namespaces([JsonDocument.Parse("""{"metadata":{"name":"shop","labels":{"coral.io/inject":"true"}}}""").RootElement]) };
        await spool.DisposeAsync();

        var lenient = (await AskAsync(facts)).GetProperty("response");
        var required = (await AskAsync(facts with { Policies = [new InjectionPolicy { Name = "strict", Audit = AuditLevel.Required }] })).GetProperty("response");

        Assert.True(lenient.TryGetProperty("patch", out _));
        Assert.False(required.GetProperty("allowed").GetBoolean());
        Assert.Equal(503, required.GetProperty("status").GetProperty("code").GetInt32());
        Assert.Contains(metrics.Requests, row => row is { Outcome: "failed", Reason: Reasons.AuditUnavailable, Count: 1 });
    }

    [Fact]
    public async Task A_body_that_does_not_come_within_the_calls_timeout_is_given_up()
    {
        var handler = Handler(ClusterFacts.Empty);
        var body = new Pipe();
        await body.Writer.WriteAsync(Encoding.UTF8.GetBytes(RunningWebhook.Review()[..100]));
        var context = new DefaultHttpContext { Request = { Method = "POST", ContentType = "application/json", QueryString = new QueryString("?timeout=2s"), Body = body.Reader.AsStream() } };
        context.Response.Body = new MemoryStream();
        // Up to its first wait, for the rest of the body under a timer, the call runs here.
        var call = handler.MutateAsync(context);

        time.Advance(TimeSpan.FromMilliseconds(1999));
        Assert.False(call.IsCompleted);
        time.Advance(TimeSpan.FromMilliseconds(1));
        await call.WaitAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(StatusCodes.Status408RequestTimeout, context.Response.StatusCode);
        Assert.Empty(metrics.Requests);
    }

    private AdmissionHandler Handler(ClusterFacts? facts) =>
        new(new DecisionEngine(), new Fixed(facts), new DecisionRecorder(spool, new AuditOrigin { Service = "coral-webhook" }, time), metrics, time, NullLogger.Instance);

    private async Task<JsonElement> AskAsync(ClusterFacts? facts)
    {
        var handler = Handler(facts);
        var context = new DefaultHttpContext { Request = { Method = "POST", ContentType = "application/json", Body = new MemoryStream(Encoding.UTF8.GetBytes(RunningWebhook.Review())) } };
        var answer = new MemoryStream();
        context.Response.Body = answer;
        await handler.MutateAsync(context);
        await context.Response.BodyWriter.FlushAsync();

        Assert.Equal((int)HttpStatusCode.OK, context.Response.StatusCode);
        return JsonDocument.Parse(answer.ToArray()).RootElement;
    }

    private sealed class Fixed(ClusterFacts? facts) : IFactsSource
    {
        public ClusterFacts? Current => facts;

        public IEnumerable<HealthLine> Health => [];

        public PolicyCounts Policies => default;

        public ValueTask<ClusterFacts> RefreshAsync(string namespaceName, CancellationToken cancellation) => ValueTask.FromResult(facts!);
    }
}
