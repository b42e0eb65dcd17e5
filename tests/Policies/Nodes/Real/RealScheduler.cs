using System.Diagnostics;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Coral.Policies.Tests.Nodes.Real;

/// <summary>A control plane of the kit with six fake nodes, and plain HTTP to its API server. State and port are these tests' own.</summary>
public sealed class RealScheduler : IAsyncLifetime
{
    private static readonly string State = Path.Combine(Path.GetTempPath(), "coral-kit-nodes");
    private HttpClient client = new();

    /// <summary>Null where there is no kit.</summary>
    internal static string? Kit { get; } = Find(AppContext.BaseDirectory) ?? Find(Path.GetDirectoryName(Here())!);

    internal static bool InCi => Environment.GetEnvironmentVariable("CI") == "true";

    public async Task InitializeAsync()
    {
        if (Kit is null)
        {
            if (InCi) throw new InvalidOperationException("CI=true, and ../shared/kit/kit is not beside the repository");
            return;
        }

        await RunKit("cluster", "down");
        await RunKit("cluster", "up", "--port", "16743", "--fake-nodes", "6");
        client = Connect(await File.ReadAllTextAsync(Path.Combine(State, "kubeconfig")));
    }

    public async Task DisposeAsync()
    {
        client.Dispose();
        if (Kit is not null) await RunKit("cluster", "down");
    }

    public Task<JsonElement> Get(string path) => Send(HttpMethod.Get, path, null, "application/json");

    public Task<JsonElement> Create(string path, string json) => Send(HttpMethod.Post, path, json, "application/json");

    public Task<JsonElement> Merge(string path, string json) => Send(HttpMethod.Patch, path, json, "application/merge-patch+json");

    private async Task<JsonElement> Send(HttpMethod method, string path, string? json, string type)
    {
        using var request = new HttpRequestMessage(method, path);
        if (json is not null) request.Content = new StringContent(json, Encoding.UTF8, new MediaTypeHeaderValue(type));
        using var response = await client.SendAsync(request);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode ? JsonElement.Parse(text) : throw new InvalidOperationException($"{method} {path}: {text}\n{json}");
    }

    private static HttpClient Connect(string kubeconfig)
    {
        string Part(string name) => Regex.Match(kubeconfig, $"[ {{]{name}: \"([^\"]+)\"", RegexOptions.None, TimeSpan.FromSeconds(1)).Groups[1].Value;
        using var pem = X509Certificate2.CreateFromPemFile(Part("client-certificate"), Part("client-key"));
        var authority = X509CertificateLoader.LoadCertificateFromFile(Part("certificate-authority"));
        var handler = new SocketsHttpHandler
        {
            SslOptions = new SslClientAuthenticationOptions
            {
                // A key that was read from PEM has no store, which TLS wants on some platforms.
                ClientCertificates = [X509CertificateLoader.LoadPkcs12(pem.Export(X509ContentType.Pkcs12), null)],
                CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { authority }, RevocationMode = X509RevocationMode.NoCheck },
            },
        };
        return new HttpClient(handler) { BaseAddress = new Uri(Part("server")) };
    }

    private static async Task RunKit(params string[] arguments)
    {
        var start = new ProcessStartInfo(Kit!, arguments) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["KIT_STATE"] = State;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        var said = await output + await error;
        if (process.ExitCode != 0 && arguments[1] != "down") throw new InvalidOperationException($"kit {string.Join(' ', arguments)}: {said}");
    }

    private static string? Find(string folder)
    {
        for (var place = new DirectoryInfo(folder); place is not null; place = place.Parent)
        {
            if (!File.Exists(Path.Combine(place.FullName, "global.json"))) continue;
            var kit = Path.GetFullPath(Path.Combine(place.FullName, "..", "shared", "kit", "kit"));
            return File.Exists(kit) ? kit : null;
        }

        return null;
    }

    // Where the build's output is kept outside the repository, the source's own path leads back.
    private static string Here([CallerFilePath] string path = "") => path;
}

/// <summary>A test that needs the kit: named as skipped where there is none; in CI it runs and fails.</summary>
public sealed class SchedulerFactAttribute : FactAttribute
{
    public SchedulerFactAttribute()
    {
        if (RealScheduler.Kit is null && !RealScheduler.InCi) Skip = "needs ../shared/kit/kit beside the repository";
    }
}
