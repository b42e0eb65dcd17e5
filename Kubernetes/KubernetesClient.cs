using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Microsoft.Extensions.Logging;

namespace Coral.Kubernetes;

/// <summary>
/// The API server over HTTP/2 (1.1 where it speaks no other). Requests are given 5 s an attempt and 15 s in all; reads are tried again up to three times,
/// writes only when <see cref="WriteOptions.Retry"/> asks for it. Watches use connections of their own and have no time limit. Thread safe.
/// </summary>
public sealed class KubernetesClient : IKubernetesClient, IDisposable
{
    private readonly Uri server;
    private readonly ICredentials credentials;
    private readonly HttpClient requests;
    private readonly HttpClient watches;
    private readonly ILogger logger;

    /// <summary>Connects at the first request.</summary>
    /// <param name="config">Where, and as whom.</param>
    /// <param name="time">Drives time limits, retries and the age of tokens.</param>
    /// <param name="loggers">Gets the server's warnings; never a token or a body.</param>
    public KubernetesClient(KubernetesConfig config, TimeProvider time, ILoggerFactory loggers)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentNullException.ThrowIfNull(loggers);
        server = config.Server;
        credentials = config.OpenCredentials(time);
        logger = loggers.CreateLogger<KubernetesClient>();
        var connector = new Connector(config.Trust, credentials);
        requests = CreateClient(new StandardResilienceHandler(
            RequestResilience.Options(), time, new BearerHandler(credentials, new BufferingHandler(new EarlyAnswerHandler(connector.CreateHandler())))));
        watches = CreateClient(new BearerHandler(credentials, connector.CreateHandler()));
    }

    /// <inheritdoc/>
    public Task<JsonElement> GetAsync(ApiResource resource, string? ns, string name, CancellationToken cancellation = default) =>
        SendAsync(HttpMethod.Get, new QueryText(resource.PathOf(ns, name)), default, null, null, cancellation);

    /// <inheritdoc/>
    public Task<JsonElement> ListAsync(ApiResource resource, ListOptions? options = null, CancellationToken cancellation = default)
    {
        var query = new QueryText(resource.PathOf(options?.Namespace, name: null))
            .Add("labelSelector", options?.LabelSelector)
            .Add("fieldSelector", options?.FieldSelector)
            .Add("limit", options?.Limit)
            .Add("continue", options?.Continue)
            .Add("resourceVersion", options?.ResourceVersion);
        return SendAsync(HttpMethod.Get, query, default, null, null, cancellation);
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<WatchEvent> WatchAsync(
        ApiResource resource, WatchOptions? options = null, [EnumeratorCancellation] CancellationToken cancellation = default)
    {
        options ??= new WatchOptions();
        var query = new QueryText(resource.PathOf(options.Namespace, name: null))
            .Add("watch", "true")
            .Add("labelSelector", options.LabelSelector)
            .Add("fieldSelector", options.FieldSelector)
            .Add("resourceVersion", options.ResourceVersion)
            .Add("allowWatchBookmarks", options.Bookmarks ? "true" : null)
            .Add("timeoutSeconds", options.TimeoutSeconds);
        using var request = CreateRequest(HttpMethod.Get, query);
        using var response = await OpenAsync(request, cancellation);
        options.Opened?.Invoke();
        await using var reader = new WatchReader(server, await response.Content.ReadAsStreamAsync(cancellation));
        while (await reader.NextAsync(cancellation) is { } next) yield return next;
    }

    /// <inheritdoc/>
    public Task<JsonElement> CreateAsync(
        ApiResource resource, string? ns, ReadOnlyMemory<byte> body, WriteOptions? options = null, CancellationToken cancellation = default)
    {
        if (resource.Namespaced && ns is null) throw new ArgumentException($"{resource} live in a namespace, but none was given", nameof(ns));
        var query = new QueryText(resource.PathOf(ns, name: null)).Add(options);
        return SendAsync(HttpMethod.Post, query, body, "application/json", options, cancellation);
    }

    /// <inheritdoc/>
    public Task<JsonElement> PatchAsync(
        ApiResource resource,
        string? ns,
        string name,
        ReadOnlyMemory<byte> patch,
        PatchType type,
        WriteOptions? options = null,
        CancellationToken cancellation = default)
    {
        var format = type switch
        {
            PatchType.Json => "application/json-patch+json",
            PatchType.Merge => "application/merge-patch+json",
            PatchType.StrategicMerge => "application/strategic-merge-patch+json",
            _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no such format"),
        };
        return SendAsync(HttpMethod.Patch, new QueryText(resource.PathOf(ns, name)).Add(options), patch, format, options, cancellation);
    }

    /// <inheritdoc/>
    public Task<JsonElement> ApplyAsync(
        ApiResource resource,
        string? ns,
        string name,
        ReadOnlyMemory<byte> body,
        string fieldManager,
        bool force = false,
        WriteOptions? options = null,
        CancellationToken cancellation = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(fieldManager);
        var query = new QueryText(resource.PathOf(ns, name)).Add(options, fieldManager).Add("force", force ? "true" : null);

        // JSON is YAML; the server knows the apply patch by this type only.
        return SendAsync(HttpMethod.Patch, query, body, "application/apply-patch+yaml", options, cancellation);
    }

    /// <inheritdoc/>
    public Task<JsonElement> DeleteAsync(
        ApiResource resource, string? ns, string name, WriteOptions? options = null, CancellationToken cancellation = default)
    {
        var query = new QueryText(resource.PathOf(ns, name)).Add("dryRun", options?.DryRun == true ? "All" : null);
        return SendAsync(HttpMethod.Delete, query, default, null, options, cancellation);
    }

    /// <inheritdoc/>
    public async Task<ServerVersion> GetVersionAsync(CancellationToken cancellation = default)
    {
        var version = await SendAsync(HttpMethod.Get, new QueryText("version"), default, null, null, cancellation);
        return new(Number(version.Text("major"u8)), Number(version.Text("minor"u8)), version.Text("gitVersion"u8) ?? "");
    }

    /// <summary>Ends all requests and watches.</summary>
    public void Dispose()
    {
        requests.Dispose();
        watches.Dispose();
        credentials.Dispose();
    }

    private static HttpClient CreateClient(HttpMessageHandler handler)
    {
        var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        var version = typeof(KubernetesClient).Assembly.GetName().Version?.ToString(3);
        client.DefaultRequestHeaders.UserAgent.Add(new ProductInfoHeaderValue("coral-policy", version));
        client.DefaultRequestHeaders.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        return client;
    }

    private static int Number(string? text) => int.TryParse(text?.TrimEnd('+'), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    private HttpRequestMessage CreateRequest(HttpMethod method, QueryText query) => new(method, new Uri(server, query.ToString()))
    {
        Version = HttpVersion.Version20,
        VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
    };

    private async Task<JsonElement> SendAsync(
        HttpMethod method, QueryText query, ReadOnlyMemory<byte> body, string? format, WriteOptions? options, CancellationToken cancellation)
    {
        using var request = CreateRequest(method, query);
        if (format is not null) request.Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = new MediaTypeHeaderValue(format) } };
        if (options?.Retry == true) request.Options.Set(RequestResilience.MayRepeat, true);
        try
        {
            using var response = await requests.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            if (!response.IsSuccessStatusCode) throw await Answers.ErrorAsync(request, response, cancellation);
            Warn(request, response, options?.Warned);
            return await Answers.ObjectAsync(server, response, cancellation);
        }
        catch (Exception failure)
        {
            if (Unreachable.Explain(failure, server, cancellation) is { } explained) throw explained;
            throw;
        }
    }

    private async Task<HttpResponseMessage> OpenAsync(HttpRequestMessage request, CancellationToken cancellation)
    {
        HttpResponseMessage? response = null;
        try
        {
            response = await watches.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return response.IsSuccessStatusCode ? response : throw await Answers.ErrorAsync(request, response, cancellation);
        }
        catch (Exception failure)
        {
            response?.Dispose();
            if (Unreachable.Explain(failure, server, cancellation) is { } explained) throw explained;
            throw;
        }
    }

    private void Warn(HttpRequestMessage request, HttpResponseMessage response, Action<string>? warned)
    {
        foreach (var warning in response.Headers.Warning)
        {
            var text = Answers.Unquote(warning.Text);
            if (warned is null) logger.ServerWarning(request.Method.Method, request.RequestUri!.AbsolutePath, text);
            else warned(text);
        }
    }
}
