using System.Net;
using System.Text.Json;
using Coral.Kubernetes;
using Coral.Testing;
using Coral.Webhook.Facts;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Webhook.Tests;

/// <summary>When a condition is written, and when not: what the API server does with it is shown by PolicyReloadTests.</summary>
public sealed class PolicyConditionsTests
{
    private readonly StatusServer server = new();
    private readonly PolicyConditions conditions;

    public PolicyConditionsTests() => conditions = new PolicyConditions(server, new FakeTimeProvider(), NullLogger.Instance);

    [Fact]
    public async Task A_condition_that_could_not_be_written_is_written_at_the_next_change()
    {
        foreach (var failure in new Exception[]
        {
            new KubernetesUnreachableException(new Uri("https://api"), "connection refused"),
            new KubernetesException(HttpStatusCode.Forbidden, "Forbidden", "no right to", null),
            new KubernetesConfigException(["the token cannot be had"]),
        })
        {
            server.Failure = failure;
            await conditions.WriteAsync([Verdict(generation: 1)], CancellationToken.None);
        }

        Assert.Empty(server.Written);
        server.Failure = null;
        await conditions.WriteAsync([Verdict(generation: 1)], CancellationToken.None);
        Assert.Equal(["one"], server.Written);
    }

    [Fact]
    public async Task Replicas_that_disagree_do_not_write_for_ever()
    {
        // The object never shows our condition, as if another replica wrote its own over it each time.
        for (var i = 0; i < 5; i++) await conditions.WriteAsync([Verdict(generation: 1)], CancellationToken.None);
        Assert.Equal(["one"], server.Written);

        await conditions.WriteAsync([Verdict(generation: 2)], CancellationToken.None);
        Assert.Equal(["one", "one"], server.Written);
    }

    [Fact]
    public async Task What_stands_there_already_is_not_written()
    {
        await conditions.WriteAsync([Verdict(generation: 1, """,{"type":"Valid","status":"True","reason":"Read","message":"","observedGeneration":1}""")], CancellationToken.None);
        Assert.Empty(server.Written);
    }

    private static PolicyVerdict Verdict(int generation, string condition = "")
    {
        var text = $"{{\"metadata\":{{\"name\":\"one\",\"uid\":\"u\",\"generation\":{generation}}},\"status\":{{\"conditions\":[{{\"type\":\"Other\"}}{condition}]}}}}";
        return new PolicyVerdict(JsonDocument.Parse(text).RootElement, "one", "", Applies: true);
    }

    /// <summary>Takes applies of the status, or fails as it is told.</summary>
    private sealed class StatusServer : IKubernetesClient
    {
        internal Exception? Failure { get; set; }

        internal List<string> Written { get; } = [];

        public Task<JsonElement> ApplyAsync(ApiResource resource, string? ns, string name, ReadOnlyMemory<byte> body, string fieldManager, bool force = false, WriteOptions? options = null, CancellationToken cancellation = default)
        {
            if (Failure is not null) return Task.FromException<JsonElement>(Failure);
            Assert.Equal("status", resource.Subresource);
            Written.Add(name);
            return Task.FromResult(default(JsonElement));
        }

        public Task<JsonElement> GetAsync(ApiResource resource, string? ns, string name, CancellationToken cancellation = default) => throw new NotSupportedException();

        public Task<JsonElement> ListAsync(ApiResource resource, ListOptions? options = null, CancellationToken cancellation = default) => throw new NotSupportedException();

        public IAsyncEnumerable<WatchEvent> WatchAsync(ApiResource resource, WatchOptions? options = null, CancellationToken cancellation = default) => throw new NotSupportedException();

        public Task<JsonElement> CreateAsync(ApiResource resource, string? ns, ReadOnlyMemory<byte> body, WriteOptions? options = null, CancellationToken cancellation = default) => throw new NotSupportedException();

        public Task<JsonElement> PatchAsync(ApiResource resource, string? ns, string name, ReadOnlyMemory<byte> patch, PatchType type, WriteOptions? options = null, CancellationToken cancellation = default) => throw new NotSupportedException();

        public Task<JsonElement> DeleteAsync(ApiResource resource, string? ns, string name, WriteOptions? options = null, CancellationToken cancellation = default) => throw new NotSupportedException();

        public Task<ServerVersion> GetVersionAsync(CancellationToken cancellation = default) => throw new NotSupportedException();
    }
}
