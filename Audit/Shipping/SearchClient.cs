using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;

namespace Coral.Audit.Shipping;

/// <summary>A search server's answer, read to its end.</summary>
internal readonly record struct SearchAnswer(int Status, byte[] Body, TimeSpan? RetryAfter)
{
    public bool IsSuccess => Status is >= 200 and < 300;

    /// <summary>Null when the body is no JSON.</summary>
    public JsonDocument? Json()
    {
        try
        {
            return JsonDocument.Parse(Body, new JsonDocumentOptions { MaxDepth = Search.AuditRecord.MostDepth });
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <summary>The start of the body in one line, for messages.</summary>
    public string Excerpt()
    {
        var text = Encoding.UTF8.GetString(Body.AsSpan(0, Math.Min(Body.Length, 300)));
        return text.ReplaceLineEndings(" ").Trim();
    }
}

/// <summary>Speaks HTTP to one Elasticsearch or OpenSearch. Thread safe. The <see cref="HttpClient"/> stays the caller's.</summary>
internal sealed class SearchClient
{
    /// <summary>The header that search servers keep with the work that a request makes.</summary>
    public const string OpaqueId = "X-Opaque-Id";

    private readonly HttpClient http;
    private readonly Uri root;
    private readonly AuthenticationHeaderValue? authorization;
    private readonly TimeProvider time;
    private readonly TimeSpan timeout;

    public SearchClient(HttpClient http, Uri url, string? apiKey, TimeSpan timeout, TimeProvider time, string name = "coral")
    {
        Name = name;
        this.http = http;
        this.time = time;
        this.timeout = timeout;
        root = new UriBuilder(url) { UserName = "", Password = "", Path = url.AbsolutePath.TrimEnd('/') + "/" }.Uri;
        if (apiKey is not null) authorization = new AuthenticationHeaderValue("ApiKey", apiKey);
        else if (url.UserInfo.Length > 0)
            authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(Uri.UnescapeDataString(url.UserInfo))));
    }

    /// <summary>The server's address without credentials.</summary>
    public Uri Root => root;

    /// <summary>By this the server knows our requests among all others.</summary>
    public string Name { get; }

    public static HttpClient NewHttpClient() => new(new SocketsHttpHandler
    {
        // A redirect of a POST would be followed as a GET, and the documents would be gone.
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = 64 * 1024 * 1024,
    };

    /// <summary>Throws <see cref="HttpRequestException"/> or <see cref="IOException"/>, and <see cref="TimeoutException"/> after the request timeout.</summary>
    public async Task<SearchAnswer> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancel)
    {
        using var timer = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancel);
        using var request = new HttpRequestMessage(method, new Uri(root, path)) { Content = content };
        request.Headers.Authorization = authorization;
        request.Headers.Add(OpaqueId, Name);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        try
        {
            using var response = await http.SendAsync(request, either.Token);
            var body = await response.Content.ReadAsByteArrayAsync(either.Token);
            return new SearchAnswer((int)response.StatusCode, body, RetryAfter(response));
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"{method} {root}{path.Split('?')[0]}: no answer within {timeout.TotalSeconds:0.#} s", late);
        }
    }

    public Task<SearchAnswer> GetAsync(string path, CancellationToken cancel) => SendAsync(HttpMethod.Get, path, null, cancel);

    public Task<SearchAnswer> PutAsync(string path, string json, CancellationToken cancel) => SendAsync(HttpMethod.Put, path, Json(json), cancel);

    public Task<SearchAnswer> PostAsync(string path, string json, CancellationToken cancel) => SendAsync(HttpMethod.Post, path, Json(json), cancel);

    /// <summary>Whether the failure came before anything was sent, so that the server can't have acted on it.</summary>
    public static bool NothingWasSent(Exception error) => error is HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
    };

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow(),
        _ => null,
    };
}
