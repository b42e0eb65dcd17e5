using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Coral.Testing.Kit;

/// <summary>An answer of the API server.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Body">The object, or the Status object of a refusal; null when the body is not JSON.</param>
/// <param name="Warnings">The texts of the Warning headers.</param>
public sealed record ApiResponse(int Status, JsonNode? Body, ImmutableArray<string> Warnings)
{
    /// <summary>Whether the status is 2xx.</summary>
    public bool Ok => Status is >= 200 and < 300;

    /// <summary>The body's message, which a refusal has.</summary>
    public string? Message => (string?)Body?["message"];

    /// <summary>The body of a call that succeeded.</summary>
    /// <exception cref="InvalidOperationException">The call was refused.</exception>
    public JsonNode Expect() => Ok ? Body! : throw new InvalidOperationException($"the API server answered {Status}: {Message ?? Body?.ToJsonString()}");

    /// <inheritdoc/>
    public override string ToString() => $"{Status} {Body?.ToJsonString()} {string.Join("; ", Warnings)}";
}

/// <summary>A plain client of the API server: JSON in, JSON out, HTTP/1.1 on up to 16 connections. Thread safe.</summary>
public sealed partial class ApiClient : IDisposable
{
    private readonly HttpClient http;

    /// <summary>Uses the server and the files of a kit's kubeconfig.</summary>
    public ApiClient(string kubeconfig)
    {
        var text = File.ReadAllText(kubeconfig);
        string Value(string name) => ValueOf(name).Match(text) is { Success: true } match ? match.Groups[1].Value : throw new InvalidOperationException($"{kubeconfig} has no {name}");
        var certificate = X509Certificate2.CreateFromPemFile(Value("client-certificate"), Value("client-key"));
        http = Tls.Client(new(Value("server")), File.ReadAllText(Value("certificate-authority")), certificate, connections: 16);
    }

    /// <summary>Any call.</summary>
    /// <param name="method">The HTTP method.</param>
    /// <param name="path">Path and query, such as <c>/api/v1/namespaces</c>.</param>
    /// <param name="body">The body, if any.</param>
    /// <param name="contentType">Its type; a patch needs its own.</param>
    public Task<ApiResponse> Send(HttpMethod method, string path, JsonNode? body = null, string contentType = "application/json") =>
        SendText(method, path, body?.ToJsonString(), contentType);

    /// <summary>The same with a body that is sent to the letter: escapes, repeated members and all.</summary>
    public async Task<ApiResponse> SendText(HttpMethod method, string path, string? text, string contentType = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        if (text is not null) request.Content = new StringContent(text, Encoding.UTF8, new MediaTypeHeaderValue(contentType));
        using var response = await http.SendAsync(request);
        var bytes = await response.Content.ReadAsByteArrayAsync();
        var json = response.Content.Headers.ContentType?.MediaType == "application/json" ? JsonNode.Parse(bytes) : null;
        return new((int)response.StatusCode, json, Warnings(response));
    }

    /// <summary>Reads an object or a list.</summary>
    public Task<ApiResponse> Get(string path) => Send(HttpMethod.Get, path);

    /// <summary>Creates an object in a collection such as <c>/apis/apps/v1/namespaces/shop/deployments</c>.</summary>
    public Task<ApiResponse> Create(string collection, JsonNode value, bool dryRun = false) =>
        Send(HttpMethod.Post, dryRun ? collection + "?dryRun=All" : collection, value);

    /// <summary>Creates a pod.</summary>
    public Task<ApiResponse> CreatePod(string namespaceName, JsonNode pod, bool dryRun = false) => Create($"/api/v1/namespaces/{namespaceName}/pods", pod, dryRun);

    /// <summary>Creates a namespace and waits for its default service account, without which pods are refused.</summary>
    public async Task CreateNamespace(string name, params (string Key, string Value)[] labels)
    {
        var wanted = new JsonObject(labels.Select(label => KeyValuePair.Create(label.Key, (JsonNode?)label.Value)));
        (await Create("/api/v1/namespaces", new JsonObject { ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = wanted } })).Expect();
        await Eventually.Async(async () => (await Get($"/api/v1/namespaces/{name}/serviceaccounts/default")).Ok, TimeSpan.FromSeconds(60), $"namespace {name} has its service account");
    }

    /// <summary>A JSON merge patch (RFC 7386).</summary>
    public Task<ApiResponse> Merge(string path, JsonNode patch) => Send(HttpMethod.Patch, path, patch, "application/merge-patch+json");

    /// <summary>A server-side apply that takes over fields of others.</summary>
    public Task<ApiResponse> Apply(string path, JsonNode value, string manager = "coral-tests") =>
        Send(HttpMethod.Patch, $"{path}?fieldManager={manager}&force=true", value, "application/apply-patch+yaml");

    /// <summary>Deletes an object at once, without its grace period.</summary>
    public Task<ApiResponse> Delete(string path) => Send(HttpMethod.Delete, path + "?gracePeriodSeconds=0");

    /// <inheritdoc/>
    public void Dispose() => http.Dispose();

    private static ImmutableArray<string> Warnings(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Warning", out var values)
            ? [.. values.SelectMany(value => WarningText().Matches(value)).Select(match => Escape().Replace(match.Groups[1].Value, "$1"))]
            : [];

    // RFC 7234 §5.5: code, agent, quoted text.
    [GeneratedRegex("299 \\S+ \"((?:[^\"\\\\]|\\\\.)*)\"")]
    private static partial Regex WarningText();

    // RFC 7230 §3.2.6: a backslash before any character of a quoted string stands for that character.
    [GeneratedRegex(@"\\(.)")]
    private static partial Regex Escape();

    private static Regex ValueOf(string name) => new($"{name}: *\"?([^\"}},\\s]+)");
}
