using System.Net;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Testing.Kit;
using Coral.Webhook.Serving;
using Coral.Webhook.Settings;

namespace Coral.Webhook.Tests;

/// <summary>The whole process, in this one: a standalone webhook on free ports with a folder of facts of its own.</summary>
public sealed class RunningWebhook : IAsyncLifetime
{
    internal const string Facts = """
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop, labels: {coral.io/inject: "true", pod-security.kubernetes.io/enforce: privileged}}
        ---
        apiVersion: v1
        kind: Namespace
        metadata: {name: strict, labels: {coral.io/inject: "true", coral.io/required: "true", pod-security.kubernetes.io/enforce: restricted}}
        ---
        apiVersion: v1
        kind: Namespace
        metadata: {name: deny, labels: {coral.io/inject: "true", pod-security.kubernetes.io/enforce: baseline}, annotations: {coral.io/mode: ebpf-full, coral.io/on-mismatch: deny}}
        ---
        apiVersion: v1
        kind: Namespace
        metadata: {name: plain}
        """;

    private readonly CancellationTokenSource stop = new();
    private readonly string folder = Directory.CreateTempSubdirectory("coral-webhook-").FullName;
    private Task<int> running = Task.FromResult(0);

    private readonly string more;

    public RunningWebhook()
        : this("")
    {
    }

    /// <summary>With more facts than <see cref="Facts"/>: YAML documents.</summary>
    internal RunningWebhook(string more) => this.more = more;

    internal int Port { get; } = Ports.Take();

    internal int StatusPort { get; } = Ports.Take();

    internal string Spool => Path.Combine(folder, "spool");

    internal string AuditKey => Path.Combine(folder, "audit.key");

    internal string CheckpointDir => Path.Combine(folder, "checkpoints");

    internal string FactsFolder => Path.Combine(folder, "facts");

    internal HttpClient Client { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Directory.CreateDirectory(FactsFolder);
        await File.WriteAllTextAsync(Path.Combine(FactsFolder, "facts.yaml"), Facts + "\n" + more);
        var values = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["standalone"] = FactsFolder,
            ["listen"] = $"127.0.0.1:{Port}",
            ["metrics-listen"] = $"127.0.0.1:{StatusPort}",
            ["cert-dir"] = Path.Combine(folder, "certs"),
            ["spool"] = Spool,
            ["audit-key"] = AuditKey,
            ["checkpoint-dir"] = CheckpointDir,
            ["log-level"] = "error",
        };
        var problems = new List<string>();
        var options = OptionReader.Read(name => values.GetValueOrDefault(name), problems);
        Assert.Empty(problems);
        running = WebhookProcess.RunAsync(options!, stop.Token);

        using var plain = new HttpClient();
        while (true)
        {
            Assert.False(running.IsCompleted, "the webhook ended at its start");
            try
            {
                if ((await plain.GetAsync(new Uri($"http://127.0.0.1:{StatusPort}/readyz"))).StatusCode == HttpStatusCode.OK) break;
            }
            catch (HttpRequestException)
            {
                await Task.Yield();
            }
        }

        Client = NewClient();
    }

    public Task DisposeAsync() => EndAsync(() => { });

    /// <summary>Ends the process, and looks at what it left before that goes.</summary>
    internal async Task EndAsync(Action look)
    {
        Client?.Dispose();
        await stop.CancelAsync();
        Assert.Equal(0, await running);
        stop.Dispose();
        look();
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>A client that trusts the webhook's CA and nothing else.</summary>
    internal HttpClient NewClient(Version? version = null)
    {
        var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        handler.SslOptions.CertificateChainPolicy.CustomTrustStore.ImportFromPemFile(Path.Combine(folder, "certs", "ca.crt"));
        return new HttpClient(handler)
        {
            BaseAddress = new Uri($"https://127.0.0.1:{Port}"),
            DefaultRequestVersion = version ?? HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    internal async Task<(HttpStatusCode Code, string Text)> PostAsync(string body, string path = "/mutate", string? contentType = "application/json", HttpClient? client = null)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        if (contentType is not null) content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        using var answer = await (client ?? Client).PostAsync(new Uri(path, UriKind.Relative), content);
        return (answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    internal async Task<JsonElement> ReviewAsync(string body, string path = "/mutate", HttpClient? client = null)
    {
        var (code, text) = await PostAsync(body, path, client: client);
        Assert.True(code == HttpStatusCode.OK, $"{code}: {text}");
        return JsonDocument.Parse(text).RootElement;
    }

    internal async Task<string> PageAsync(string path)
    {
        using var plain = new HttpClient();
        return await plain.GetStringAsync(new Uri($"http://127.0.0.1:{StatusPort}{path}"));
    }

    internal static string Review(string ns = "shop", string? pod = null, string uid = "uid-1", Action<JsonObject>? change = null)
    {
        var request = new JsonObject
        {
            ["uid"] = uid,
            ["kind"] = new JsonObject { ["group"] = "", ["version"] = "v1", ["kind"] = "Pod" },
            ["resource"] = new JsonObject { ["group"] = "", ["version"] = "v1", ["resource"] = "pods" },
            ["namespace"] = ns,
            ["operation"] = "CREATE",
            ["userInfo"] = new JsonObject { ["username"] = "somebody", ["groups"] = new JsonArray("system:authenticated") },
            ["object"] = JsonNode.Parse(pod ?? """{"apiVersion":"v1","kind":"Pod","metadata":{"generateName":"app-"},"spec":{"containers":[{"name":"app","image":"nginx"}]}}"""),
            ["dryRun"] = false,
        };
        change?.Invoke(request);
        return new JsonObject { ["kind"] = "AdmissionReview", ["apiVersion"] = "admission.k8s.io/v1", ["request"] = request }.ToJsonString();
    }
}
