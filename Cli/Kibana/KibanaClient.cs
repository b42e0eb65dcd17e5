using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Authentication;
using System.Text;
using System.Text.Json;

namespace Coral.Cli.Kibana;

/// <summary>An answer, read to its end.</summary>
/// <param name="Status">Of HTTP.</param>
/// <param name="Body">The JSON in it; undefined where there is none.</param>
/// <param name="IsKibana">Whether Kibana gave it: it puts its name into a header, OpenSearch Dashboards does not.</param>
internal sealed record KibanaAnswer(int Status, JsonElement Body, bool IsKibana)
{
    internal bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>What it says in one line.</summary>
    internal string Says => Body.ValueKind == JsonValueKind.Object && Body.TryGetProperty("message", out var message) && message.ValueKind == JsonValueKind.String
        ? $"{Status}: {message.GetString()!.ReplaceLineEndings(" ")}"
        : $"{Status}";
}

/// <summary>Speaks to one Kibana or OpenSearch Dashboards. Failures are <see cref="HttpRequestException"/> with one line for a person.</summary>
internal sealed class KibanaClient : IDisposable
{
    private static readonly TimeSpan MostWait = TimeSpan.FromSeconds(60);

    private readonly HttpClient http;
    private readonly Uri root;
    private readonly string? space;

    internal KibanaClient(Uri root, string? space, AuthenticationHeaderValue? authorization, SslClientAuthenticationOptions tls)
    {
        (this.root, this.space) = (root, space);
        // A redirect leads to a page for people to log in, not to an answer.
        http = new HttpClient(new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5), AllowAutoRedirect = false, SslOptions = tls }) { Timeout = MostWait };
        http.DefaultRequestHeaders.Authorization = authorization;
        // Each wants its own header against requests that a page forged, and minds the other's not.
        http.DefaultRequestHeaders.Add("kbn-xsrf", "true");
        http.DefaultRequestHeaders.Add("osd-xsrf", "true");
    }

    internal Uri Root => root;

    internal bool HasSpace => space is not null;

    public void Dispose() => http.Dispose();

    /// <summary>Of the whole server, whatever the space.</summary>
    internal Task<KibanaAnswer> StatusAsync(CancellationToken cancellation) => SendAsync(HttpMethod.Get, new Uri(root, "api/status"), null, cancellation);

    internal Task<KibanaAnswer> PostAsync(string path, HttpContent content, CancellationToken cancellation) => SendAsync(HttpMethod.Post, InSpace(path), content, cancellation);

    internal Task<KibanaAnswer> SendJsonAsync(HttpMethod method, string path, string json, CancellationToken cancellation) =>
        SendAsync(method, InSpace(path), new StringContent(json, Encoding.UTF8, "application/json"), cancellation);

    private Uri InSpace(string path) => new(root, space is null ? path : $"s/{space}/{path}");

    private async Task<KibanaAnswer> SendAsync(HttpMethod method, Uri uri, HttpContent? content, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(method, uri) { Content = content };
        try
        {
            using var response = await http.SendAsync(request, cancellation);
            var bytes = await response.Content.ReadAsByteArrayAsync(cancellation);
            return new KibanaAnswer((int)response.StatusCode, Parse(bytes), response.Headers.Contains("kbn-name"));
        }
        catch (HttpRequestException failure)
        {
            var cause = failure.GetBaseException();
            var advice = failure.InnerException is AuthenticationException ? "; --ca-file names the CA that signed its certificate" : "";
            throw new HttpRequestException($"cannot reach {root}: {cause.Message.ReplaceLineEndings(" ")}{advice}", failure);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new HttpRequestException($"{root} gave no answer within {MostWait.TotalSeconds:0} s", late);
        }
    }

    private static JsonElement Parse(byte[] bytes)
    {
        try
        {
            return JsonElement.Parse(bytes);
        }
        catch (JsonException)
        {
            return default;
        }
    }
}
