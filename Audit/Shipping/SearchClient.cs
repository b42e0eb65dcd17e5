using System.Collections.Immutable;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Text;
using System.Text.Json;
using Coral.Audit.Shipping.Access;

namespace Coral.Audit.Shipping;

/// <summary>A search server's answer, read to its end.</summary>
internal readonly record struct SearchAnswer(int Status, byte[] Body, TimeSpan? RetryAfter)
{
    /// <summary>Which node gave it.</summary>
    public Uri? From { get; init; }

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

/// <summary>
/// Speaks HTTP to the nodes of one Elasticsearch or OpenSearch in turn. A request that reached no node goes to the next; one that a node may have acted on never does, its sender has to decide. Thread safe.
/// </summary>
internal sealed class SearchClient : IDisposable
{
    /// <summary>The header that search servers keep with the work that a request makes.</summary>
    public const string OpaqueId = "X-Opaque-Id";

    private readonly Connections connections;
    private readonly Credentials credentials;
    private readonly NodePool nodes;
    private readonly TimeProvider time;
    private readonly TimeSpan timeout;

    public SearchClient(HttpClient http, Uri url, string? apiKey, TimeSpan timeout, TimeProvider time)
        : this(new Connections(new SearchAccess(), http), new Credentials(new SearchAccess(), apiKey, UserOf([url])), new NodePool([RootOf(url)], time), timeout, time, "coral")
    {
    }

    public SearchClient(ShipperOptions options, TimeProvider time, string name, HttpClient? http)
        : this(
            new Connections(options.Access, http),
            new Credentials(options.Access, options.ApiKey, UserOf([options.Url, .. options.OtherUrls])),
            new NodePool([RootOf(options.Url), .. options.OtherUrls.Select(RootOf)], time),
            options.RequestTimeout,
            time,
            name)
    {
    }

    private SearchClient(Connections connections, Credentials credentials, NodePool nodes, TimeSpan timeout, TimeProvider time, string name)
    {
        this.connections = connections;
        this.credentials = credentials;
        this.nodes = nodes;
        this.timeout = timeout;
        this.time = time;
        Name = name;
    }

    /// <summary>The first node's address without credentials.</summary>
    public Uri Root => nodes[0];

    /// <summary>By this the server knows our requests among all others.</summary>
    public string Name { get; }

    /// <summary>Whether a request need not wait, because it may go to a node that did not fail just now.</summary>
    public bool CanGoElsewhere => nodes.HasRested;

    public static HttpClient NewHttpClient(SslClientAuthenticationOptions? tls = null) => new(new SocketsHttpHandler
    {
        // A redirect of a POST would be followed as a GET, and the documents would be gone.
        AllowAutoRedirect = false,
        ConnectTimeout = TimeSpan.FromSeconds(5),
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        SslOptions = tls ?? new SslClientAuthenticationOptions(),
    })
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = 64 * 1024 * 1024,
    };

    /// <summary>The same client under another name.</summary>
    public SearchClient As(string name) => new(connections, credentials, nodes, timeout, time, name);

    /// <summary>Throws <see cref="HttpRequestException"/> or <see cref="IOException"/>, and <see cref="TimeoutException"/> after the request timeout. <paramref name="content"/> is used up.</summary>
    public async Task<SearchAnswer> SendAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancel)
    {
        using var _ = content;
        for (var tries = 1; ; tries++)
        {
            var node = nodes.Next();
            try
            {
                var answer = await SendAsync(node, method, path, content, cancel);
                // A proxy before a node that is away, or a node that cannot serve.
                if (answer.Status is 502 or 503 or 504) nodes.Failed(node);
                else nodes.Answered(node);
                return answer;
            }
            catch (Exception error) when (error is HttpRequestException or IOException or TimeoutException)
            {
                nodes.Failed(node);
                if (!NothingWasSent(error) || tries >= nodes.Count) throw;
            }
        }
    }

    public Task<SearchAnswer> GetAsync(string path, CancellationToken cancel) => SendAsync(HttpMethod.Get, path, null, cancel);

    public Task<SearchAnswer> PutAsync(string path, string json, CancellationToken cancel) => SendAsync(HttpMethod.Put, path, Json(json), cancel);

    public Task<SearchAnswer> PostAsync(string path, string json, CancellationToken cancel) => SendAsync(HttpMethod.Post, path, Json(json), cancel);

    /// <summary>Whether the failure came before anything was sent, so that the server can't have acted on it.</summary>
    public static bool NothingWasSent(Exception error) => error is CredentialsException or HttpRequestException
    {
        HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError,
    };

    public void Dispose() => connections.Dispose();

    private async Task<SearchAnswer> SendAsync(int node, HttpMethod method, string path, HttpContent? content, CancellationToken cancel)
    {
        var (http, authorization) = Open();
        using var timer = new CancellationTokenSource(timeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancel);
        // Not disposed of: that would take the content with it, which may have to go to another node.
        var request = new HttpRequestMessage(method, new Uri(nodes[node], path)) { Content = content };
        request.Headers.Authorization = authorization;
        request.Headers.Add(OpaqueId, Name);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        try
        {
            using var response = await http.SendAsync(request, either.Token);
            var body = await response.Content.ReadAsByteArrayAsync(either.Token);
            return new SearchAnswer((int)response.StatusCode, credentials.Redact(body), RetryAfter(response)) { From = nodes[node] };
        }
        catch (OperationCanceledException late) when (!cancel.IsCancellationRequested)
        {
            throw new TimeoutException($"{method} {nodes[node]}{path.Split('?')[0]}: no answer within {timeout.TotalSeconds:0.#} s", late);
        }
        catch (HttpRequestException failure) when (failure.HttpRequestError == HttpRequestError.SecureConnectionError && failure.InnerException is { } cause)
        {
            throw new HttpRequestException(failure.HttpRequestError, $"{nodes[node]}: no TLS connection: {cause.Message}", failure);
        }
    }

    /// <summary>Throws <see cref="CredentialsException"/>.</summary>
    private (HttpClient Http, AuthenticationHeaderValue? Authorization) Open()
    {
        try
        {
            return (connections.Current(), credentials.Read());
        }
        catch (IOException unreadable)
        {
            throw new CredentialsException(unreadable.Message, unreadable);
        }
    }

    private static Uri RootOf(Uri url) => new UriBuilder(url) { UserName = "", Password = "", Path = url.AbsolutePath.TrimEnd('/') + "/", Query = "", Fragment = "" }.Uri;

    private static string? UserOf(ImmutableArray<Uri> urls) => urls.FirstOrDefault(url => url.UserInfo.Length > 0) is { } with ? Uri.UnescapeDataString(with.UserInfo) : null;

    private static StringContent Json(string json) => new(json, Encoding.UTF8, "application/json");

    private TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } => date - time.GetUtcNow(),
        _ => null,
    };
}
