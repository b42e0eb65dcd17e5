using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace Coral.Audit.Tests.Shipping;

/// <summary>What the fake does with one bulk request instead of serving it; null to serve it.</summary>
internal delegate Task<bool> BulkFault(HttpContext context, FakeElasticsearch server, JsonArray lines);

/// <summary>An Elasticsearch as far as the shipper can tell: ids are unique per backing index only, as in the real one.</summary>
internal sealed class FakeElasticsearch : IAsyncDisposable
{
    private readonly Lock gate = new();
    private WebApplication? app;
    private int port;
    private int begun;
    private int open;
    private int atOnce;

    /// <summary>The only stream that there is.</summary>
    public string StreamName { get; set; } = AuditStream.Audit.Name;

    public List<(string Name, Dictionary<string, JsonElement> Documents, DateTimeOffset Created)> Indices { get; } = [];

    /// <summary>When indices are made from now on.</summary>
    public DateTimeOffset Now { get; set; } = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public ConcurrentQueue<string> Requests { get; } = new();

    /// <summary>Faults for the next bulk requests, one each.</summary>
    public ConcurrentQueue<BulkFault> Faults { get; } = new();

    /// <summary>A fault for every bulk request, after <see cref="Faults"/>.</summary>
    public BulkFault? Always { get; set; }

    /// <summary>What one document gets instead of being stored: status and error type, or null.</summary>
    public Func<JsonElement, string, (int Status, string Error)?>? OnDocument { get; set; }

    /// <summary>Answers for requests other than bulk: status and body, or null.</summary>
    public Func<string, string, (int Status, string Body)?>? OnRequest { get; set; }

    /// <summary>Which status a request with this <c>Authorization</c> gets instead of an answer, or null. It is told to the client what it sent, as careless proxies do.</summary>
    public Func<string, int?>? OnAccess { get; set; }

    /// <summary>Bulk requests that were begun, and the most of them at the same time.</summary>
    public (int Begun, int AtOnce) Bulks
    {
        get
        {
            lock (gate) return (begun, atOnce);
        }
    }

    /// <summary>The error instead of an answer about one document: by index and id.</summary>
    public Func<string, string, string?>? OnLookup { get; set; }

    /// <summary>Whose bulk requests are at work now.</summary>
    public ConcurrentDictionary<string, int> AtWork { get; } = new();

    /// <summary>Field types that it does not know.</summary>
    public HashSet<string> MissingTypes { get; } = [];

    public long MaxBodyBytes { get; set; } = long.MaxValue;

    /// <summary>Hears the size of each bulk body.</summary>
    public Action<long>? OnSize { get; set; }

    public string Root { get; set; } = """{"version":{"number":"8.19.21","build_flavor":"default"}}""";

    public ConcurrentDictionary<string, string> Stored { get; } = new();

    public Uri Url => new($"{(Tls is null ? "http" : "https")}://127.0.0.1:{port}/");

    /// <summary>The ids over all backing indices, doubled ones doubled.</summary>
    public List<string> Ids
    {
        get
        {
            lock (gate) return [.. Indices.SelectMany(index => index.Documents.Keys).Order(StringComparer.Ordinal)];
        }
    }

    public List<JsonElement> Documents
    {
        get
        {
            lock (gate) return [.. Indices.SelectMany(index => index.Documents.Values)];
        }
    }

    /// <summary>The server's certificate, and whom it lets in; null for plain HTTP.</summary>
    public HttpsConnectionAdapterOptions? Tls { get; init; }

    public static async Task<FakeElasticsearch> StartAsync(HttpsConnectionAdapterOptions? tls = null)
    {
        var server = new FakeElasticsearch { Tls = tls };
        await server.UpAsync();
        return server;
    }

    public async Task UpAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port, listen => _ = Tls is null ? listen : listen.UseHttps(Tls));
            kestrel.Limits.MaxRequestBodySize = null;
        });
        app = builder.Build();
        app.Run(ServeAsync);
        await app.StartAsync();
        port = new Uri(app.Urls.First()).Port;
    }

    public async Task DownAsync()
    {
        if (app is null) return;
        using var now = new CancellationTokenSource();
        await now.CancelAsync();
        try
        {
            await app.StopAsync(now.Token);
        }
        catch (OperationCanceledException)
        {
            // Connections are cut, as wanted.
        }

        await app.DisposeAsync();
        app = null;
    }

    public ValueTask DisposeAsync() => new(DownAsync());

    public void Rollover()
    {
        lock (gate) Indices.Add(($".ds-{StreamName}-{Indices.Count + 1:D6}", [], Now));
    }

    /// <summary>Stores as the real one would, or, late, into an index that is <paramref name="back"/> rollovers old, and returns the answer's items.</summary>
    public JsonArray Store(JsonArray lines, int back = 0)
    {
        var items = new JsonArray();
        lock (gate)
        {
            if (Indices.Count == 0) Rollover();
            var (name, documents, _) = Indices[^(1 + back)];
            for (var i = 0; i < lines.Count; i += 2)
            {
                var id = lines[i]!["create"]!["_id"]!.GetValue<string>();
                var document = JsonDocument.Parse(lines[i + 1]!.ToJsonString()).RootElement;
                if (OnDocument?.Invoke(document, id) is { } refused) items.Add(Item(refused.Status, name, refused.Error, id));
                else if (documents.TryAdd(id, document)) items.Add(Item(201, name, null, id));
                else items.Add(Item(409, name, "version_conflict_engine_exception", id));
            }
        }

        return items;
    }

    public static JsonNode Item(int status, string index, string? error, string? id = null)
    {
        var item = new JsonObject { ["_index"] = index, ["status"] = status };
        if (id is not null) item["_id"] = id;
        if (error is not null) item["error"] = new JsonObject { ["type"] = error, ["reason"] = "because" };
        return new JsonObject { ["create"] = item };
    }

    public static async Task<bool> Answer(HttpContext context, int status, string body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(body);
        return true;
    }

    private async Task ServeAsync(HttpContext context)
    {
        var path = context.Request.Path.Value![1..];
        Requests.Enqueue($"{context.Request.Method} {path}");
        var raw = new MemoryStream();
        await context.Request.Body.CopyToAsync(raw);
        raw.Position = 0;
        if (OnAccess?.Invoke(context.Request.Headers.Authorization.ToString()) is { } denied)
        {
            await Answer(context, denied, $"no access with {context.Request.Headers.Authorization}");
            return;
        }

        if (path == "_bulk")
        {
            await CountedAsync(context, raw);
            return;
        }

        var body = Encoding.UTF8.GetString(raw.ToArray());
        var (status, answer) = OnRequest?.Invoke(context.Request.Method, path) ?? Administer(context.Request.Method, path, body);
        await Answer(context, status, answer);
    }

    private async Task CountedAsync(HttpContext context, Stream raw)
    {
        lock (gate)
        {
            begun++;
            atOnce = Math.Max(atOnce, ++open);
        }

        try
        {
            using var text = new StreamReader(context.Request.Headers.ContentEncoding == "gzip" ? new GZipStream(raw, CompressionMode.Decompress) : raw, Encoding.UTF8);
            await BulkAsync(context, await text.ReadToEndAsync());
        }
        finally
        {
            lock (gate) open--;
        }
    }

    private async Task BulkAsync(HttpContext context, string body)
    {
        OnSize?.Invoke(Encoding.UTF8.GetByteCount(body));
        if (Encoding.UTF8.GetByteCount(body) > MaxBodyBytes)
        {
            await Answer(context, 413, "{}");
            return;
        }

        var lines = new JsonArray();
        try
        {
            foreach (var line in body.Split('\n', StringSplitOptions.RemoveEmptyEntries)) lines.Add(JsonNode.Parse(line));
        }
        catch (JsonException)
        {
            await Answer(context, 400, """{"error":"malformed"}""");
            return;
        }

        var fault = Faults.TryDequeue(out var next) ? next : Always;
        if (fault is not null && await fault(context, this, lines)) return;
        await Answer(context, 200, new JsonObject { ["items"] = Store(lines) }.ToJsonString());
    }

    private (int Status, string Body) Administer(string method, string path, string body)
    {
        if (path.Length == 0) return (200, Root);
        if (path == "_tasks") return (200, Tasks());
        if (path.EndsWith("/_settings/index.creation_date", StringComparison.Ordinal)) return Dates();
        if (path.EndsWith("/_mget", StringComparison.Ordinal)) return (200, Find(path.Split('/')[0], JsonNode.Parse(body)!["ids"]!.AsArray()));
        if (path == "_data_stream/" + StreamName) return method == "PUT" ? Make() : (200, List());
        if (method == "PUT")
        {
            if (MissingTypes.FirstOrDefault(type => body.Contains($"\"type\":\"{type}\"", StringComparison.Ordinal)) is { } missing)
                return (400, new JsonObject { ["error"] = $"No handler for type [{missing}] declared on field [x]" }.ToJsonString());
            if (path.StartsWith("_data_stream/", StringComparison.Ordinal) && Stored.ContainsKey(path)) return (400, """{"error":"resource_already_exists_exception"}""");
            Stored[path] = body;
            return (200, "{}");
        }

        if (path.StartsWith("_index_template/", StringComparison.Ordinal) && Stored.TryGetValue(path, out var template))
            return (200, new JsonObject { ["index_templates"] = new JsonArray(new JsonObject { ["index_template"] = JsonNode.Parse(template) }) }.ToJsonString());
        if (path.EndsWith("/_rollover", StringComparison.Ordinal))
        {
            if (path.StartsWith(StreamName, StringComparison.Ordinal)) Rollover();
            return (200, "{}");
        }

        return (404, "{}");
    }

    private (int Status, string Body) Make()
    {
        lock (gate)
        {
            if (Indices.Count > 0) return (400, """{"error":"resource_already_exists_exception"}""");
            Rollover();
            return (200, "{}");
        }
    }

    private string List()
    {
        lock (gate)
        {
            var indices = new JsonArray([.. Indices.Select(index => new JsonObject { ["index_name"] = index.Name })]);
            return new JsonObject { ["data_streams"] = new JsonArray(new JsonObject { ["name"] = StreamName, ["indices"] = indices }) }.ToJsonString();
        }
    }

    private string Find(string index, JsonArray ids)
    {
        lock (gate)
        {
            var documents = Indices.Find(candidate => candidate.Name == index).Documents;
            var docs = new JsonArray([.. ids.Select(id => id!.GetValue<string>()).Select(id => OnLookup?.Invoke(index, id) is { } error
                ? new JsonObject { ["_id"] = id, ["error"] = new JsonObject { ["type"] = error } }
                : new JsonObject { ["_id"] = id, ["found"] = documents.ContainsKey(id) })]);
            return new JsonObject { ["docs"] = docs }.ToJsonString();
        }
    }

    private (int Status, string Body) Dates()
    {
        lock (gate)
        {
            if (Indices.Count == 0) return (404, "{}");
            var all = new JsonObject();
            foreach (var (name, _, created) in Indices) all[name] = new JsonObject { ["settings"] = new JsonObject { ["index.creation_date"] = $"{created.ToUnixTimeMilliseconds()}" } };
            return (200, all.ToJsonString());
        }
    }

    private string Tasks()
    {
        var tasks = new JsonObject();
        foreach (var (name, number) in AtWork) tasks[$"node:{number}"] = new JsonObject { ["headers"] = new JsonObject { ["X-Opaque-Id"] = name } };
        return new JsonObject { ["nodes"] = new JsonObject { ["node"] = new JsonObject { ["tasks"] = tasks } } }.ToJsonString();
    }
}
