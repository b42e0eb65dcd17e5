using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Coral.Kubernetes;
using Coral.Policies;
using Coral.Policies.PodSecurity;

namespace Coral.Webhook.Tests.Probing;

/// <summary>An API server with one namespace, whose PodSecurity plug-in has these defaults. It answers in the reference's words, unless a test gives it others.</summary>
internal sealed class FakeProbeServer
{
    internal LevelVersion Enforce { get; set; }

    internal LevelVersion Warn { get; set; }

    /// <summary>The namespace's object; null where it is missing.</summary>
    internal string? Namespace { get; set; } = """{"metadata":{"name":"coral-probe","labels":{"kubernetes.io/metadata.name":"coral-probe"}}}""";

    /// <summary>Called before each creation with its number from 1 on; what it throws is the answer.</summary>
    internal Action<int>? Creating { get; set; }

    /// <summary>Warnings of others, which come first.</summary>
    internal List<string> OtherWarnings { get; } = [];

    /// <summary>What a mutating webhook makes of a pod.</summary>
    internal Func<string, string> Mutate { get; set; } = static pod => pod;

    internal int Created { get; private set; }

    internal int Connected { get; private set; }

    internal int Disconnected { get; private set; }

    internal IKubernetesClient Connect()
    {
        Connected++;
        return new Client(this);
    }

    internal static LevelVersion Level(string text) => text.Split(':') is [var level, var version] && Levels.TryParse(level, out var read) && PolicyVersion.TryParse(version, out var at)
        ? new LevelVersion(read, at)
        : throw new ArgumentException(text, nameof(text));

    internal static KubernetesException Status(int code, string reason, string message)
    {
        var status = $$"""{"kind":"Status","code":{{code}},"reason":"{{reason}}","message":"{{JsonEncodedText.Encode(message)}}"}""";
        return new KubernetesException((HttpStatusCode)code, reason, $"{message} ({code})", JsonElement.Parse(status));
    }

    private JsonElement Create(ReadOnlyMemory<byte> body, WriteOptions? options)
    {
        Assert.True(options?.DryRun, "a probe must never create anything");
        Creating?.Invoke(++Created);
        var pod = JsonElement.Parse(Mutate(Encoding.UTF8.GetString(body.Span)));
        var name = pod.GetProperty("metadata").GetProperty("name").GetString();
        if (Judge(pod, Enforce) is { Allowed: false } refused) throw Status(403, "Forbidden", $"pods \"{name}\" is forbidden: {refused.ForbiddenText(Enforce)}");
        foreach (var warning in OtherWarnings) options!.Warned!(warning);
        if (Judge(pod, Warn) is { Allowed: false } warned) options!.Warned!(warned.WarningText(Warn));
        return pod;
    }

    private static Verdict Judge(JsonElement pod, LevelVersion by) => PodSecurityEvaluator.Evaluate(new PodView(pod), by.Level, by.Version.Clamp());

    private sealed class Client(FakeProbeServer server) : IKubernetesClient, IDisposable
    {
        public Task<JsonElement> GetAsync(ApiResource resource, string? ns, string name, CancellationToken cancellation = default) =>
            (resource.Plural, name) == ("namespaces", "coral-probe") && server.Namespace is { } found
                ? Task.FromResult(JsonElement.Parse(found))
                : Task.FromException<JsonElement>(Status(404, "NotFound", $"{resource} \"{name}\" not found"));

        public Task<JsonElement> CreateAsync(ApiResource resource, string? ns, ReadOnlyMemory<byte> body, WriteOptions? options = null, CancellationToken cancellation = default)
        {
            cancellation.ThrowIfCancellationRequested();
            Assert.Equal(("pods", "coral-probe"), (resource.Plural, ns));
            try
            {
                return Task.FromResult(server.Create(body, options));
            }
            catch (Exception failure)
            {
                return Task.FromException<JsonElement>(failure);
            }
        }

        public void Dispose() => server.Disconnected++;

        public Task<JsonElement> ListAsync(ApiResource resource, ListOptions? options = null, CancellationToken cancellation = default) => throw new NotSupportedException();

        public async IAsyncEnumerable<WatchEvent> WatchAsync(ApiResource resource, WatchOptions? options = null, [EnumeratorCancellation] CancellationToken cancellation = default)
        {
            await Task.CompletedTask;
            yield break;
        }

        public Task<JsonElement> PatchAsync(ApiResource resource, string? ns, string name, ReadOnlyMemory<byte> patch, PatchType type, WriteOptions? options = null, CancellationToken cancellation = default) => throw new NotSupportedException();

        public Task<JsonElement> ApplyAsync(ApiResource resource, string? ns, string name, ReadOnlyMemory<byte> body, string fieldManager, bool force = false, WriteOptions? options = null, CancellationToken cancellation = default) => throw new NotSupportedException();

        public Task<JsonElement> DeleteAsync(ApiResource resource, string? ns, string name, WriteOptions? options = null, CancellationToken cancellation = default) => throw new NotSupportedException();

        public Task<ServerVersion> GetVersionAsync(CancellationToken cancellation = default) => throw new NotSupportedException();
    }
}
