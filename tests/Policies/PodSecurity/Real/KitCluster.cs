using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Coral.Policies.Tests.PodSecurity.Real;

/// <summary>The tests that share one control plane.</summary>
[CollectionDefinition(nameof(KitCluster))]
public sealed class KitCollection : ICollectionFixture<KitCluster>;

/// <summary>What the API server said: <paramref name="Message"/> of a refusal, and the texts of its Warning headers.</summary>
public sealed record Answer(HttpStatusCode Status, string Message, string[] Warnings);

/// <summary>A control plane of the kit for these tests alone, with its own state and ports. One that already runs on that state is used and left running.</summary>
public sealed class KitCluster : IAsyncLifetime
{
    private const string State = "/tmp/coral-kit-pss";
    private const string Port = "16643";
    private HttpClient? client;
    private bool started;

    public HttpClient Client => client!;

    public async Task InitializeAsync()
    {
        if (KitFactAttribute.Script is null)
        {
            if (Environment.GetEnvironmentVariable("CI") == "true") throw new InvalidOperationException("CI=true, but there is no kit at ../shared/kit/kit beside the checkout");
            return;
        }

        if (!File.Exists(State + "/kubeconfig") || !await IsReadyAsync())
        {
            await RunKitAsync("cluster", "down");
            await RunKitAsync("cluster", "up", "--port", Port);
            started = true;
            if (!await IsReadyAsync()) throw new InvalidOperationException("the kit's API server does not answer; see " + State + "/logs");
        }
    }

    public async Task DisposeAsync()
    {
        client?.Dispose();
        if (started) await RunKitAsync("cluster", "down");
    }

    /// <summary>Creates a namespace with these labels and waits until pods can be created there (its default service account exists).</summary>
    public async Task CreateNamespaceAsync(string name, params (string Key, string Value)[] labels)
    {
        var metadata = new JsonObject { ["name"] = name, ["labels"] = new JsonObject(labels.Select(label => KeyValuePair.Create<string, JsonNode?>(label.Key, label.Value))) };
        var answer = await SendAsync(HttpMethod.Post, "/api/v1/namespaces", new JsonObject { ["metadata"] = metadata }.ToJsonString());
        if (answer.Status is not (HttpStatusCode.Created or HttpStatusCode.Conflict)) throw new InvalidOperationException($"namespace {name}: {answer.Message}");
        var deadline = TimeProvider.System.GetTimestamp();
        while ((await SendAsync(HttpMethod.Get, $"/api/v1/namespaces/{name}/serviceaccounts/default", null)).Status != HttpStatusCode.OK)
        {
            if (TimeProvider.System.GetElapsedTime(deadline) > TimeSpan.FromSeconds(30)) throw new TimeoutException($"no default service account in {name}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
        }
    }

    public async Task<Answer> SendAsync(HttpMethod method, string path, string? body)
    {
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue(method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json"));
        using var response = await Client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        if (response.IsSuccessStatusCode) return new Answer(response.StatusCode, "", [.. response.Headers.Warning.Select(warning => Unquote(warning.Text))]);
        using var document = JsonDocument.Parse(text);
        return new Answer(response.StatusCode, document.RootElement.GetProperty("message").GetString()!, []);
    }

    /// <summary>A quoted-string of HTTP: the quotes and the backslash before any character fall away.</summary>
    private static string Unquote(string text) => Regex.Replace(text[1..^1], @"\\(.)", "$1", RegexOptions.None, TimeSpan.FromSeconds(1));

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            client?.Dispose();
            client = Connect(await File.ReadAllTextAsync(State + "/kubeconfig"));
            using var response = await client.GetAsync("/readyz");
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    /// <summary>The kit writes its kubeconfig in flow style with file names; the real reader of kubeconfigs is another project's business.</summary>
    private static HttpClient Connect(string kubeconfig)
    {
        string Value(string key) => Regex.Match(kubeconfig, key + ": \"([^\"]+)\"", RegexOptions.None, TimeSpan.FromSeconds(1)).Groups[1].Value;
        var authority = X509CertificateLoader.LoadCertificateFromFile(Value("certificate-authority"));
        var handler = new SocketsHttpHandler { MaxConnectionsPerServer = 32 };
        handler.SslOptions.ClientCertificates = [X509Certificate2.CreateFromPemFile(Value("client-certificate"), Value("client-key"))];
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is X509Certificate2 leaf && IsSignedBy(leaf, authority);
        return new HttpClient(handler) { BaseAddress = new Uri(Value("server")), Timeout = TimeSpan.FromSeconds(60) };
    }

    private static bool IsSignedBy(X509Certificate2 leaf, X509Certificate2 authority)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(authority);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        return chain.Build(leaf);
    }

    private static async Task RunKitAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(KitFactAttribute.Script!, arguments) { UseShellExecute = false, RedirectStandardError = true, RedirectStandardOutput = true };
        start.Environment["KIT_STATE"] = State;
        using var process = Process.Start(start)!;
        // The servers that the kit leaves running inherit no pipe of ours, so both ends close when the script ends.
        var error = process.StandardError.ReadToEndAsync();
        await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        if (process.ExitCode != 0) throw new InvalidOperationException($"kit {string.Join(' ', arguments)}: {await error}");
    }
}
