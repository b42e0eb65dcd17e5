using System.Collections.Immutable;
using System.Net.Http.Headers;
using Coral.Audit;
using Coral.Audit.Events;
using Coral.Audit.Shipping;
using Coral.Audit.Spool;
using Elasticsearch.Net;

namespace Serilog.Sinks.Elasticsearch.Delivery;

/// <summary>The options as the pipeline wants them.</summary>
internal sealed class SinkSettings
{
    private static readonly TimeSpan ShippingInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan KeptAfterShipping = TimeSpan.FromMinutes(5);

    private readonly IReadOnlyDictionary<string, string> headers;

    public SinkSettings(ElasticsearchSinkOptions options)
    {
        var connection = new ConnectionConfiguration();
        connection = options.ModifyConnectionSettings?.Invoke(connection) ?? connection;
        headers = connection.Headers;
        Time = options.Time;
        var (nodes, key) = (options.Nodes, connection.Key ?? options.ApiKey);
        if (connection.User is { } user) nodes = [.. nodes.Select(node => new UriBuilder(node) { UserName = Uri.EscapeDataString(user.User), Password = Uri.EscapeDataString(user.Password) }.Uri)];
        Secrets = [.. nodes.SelectMany(UserInformation), .. headers.Values, key ?? "", key?[(key.IndexOf(':') + 1)..] ?? "", connection.User?.Password ?? ""];
        var most = options is { BufferFileSizeLimitBytes: { } each, BufferFileCountLimit: { } count } ? each * count : long.MaxValue;
        if (!string.IsNullOrWhiteSpace(options.BufferBaseFilename)) Spool = SpoolOf(options.BufferBaseFilename, most);
        Shipper = new ShipperOptions
        {
            Url = nodes[0],
            OtherUrls = nodes[1..],
            ApiKey = string.IsNullOrEmpty(key) ? null : key,
            Streams = [AuditStream.App],
            Requests = 1,
            BatchDocuments = Math.Max(1, options.BatchPostingLimit),
            Linger = Spool is null ? options.Period : options.BufferLogShippingInterval ?? ShippingInterval,
            RequestTimeout = options.ConnectionTimeout > TimeSpan.Zero ? options.ConnectionTimeout : Timeout.InfiniteTimeSpan,
            ShutdownTimeout = options.ShutdownTimeout,
        };
        if (options.BufferRetainedInvalidPayloadsLimitBytes is { } dead) Shipper = Shipper with { DeadLetterMaxBytes = dead };
    }

    public TimeProvider Time { get; }

    /// <summary>Null for a log that is kept in memory.</summary>
    public SpoolOptions? Spool { get; }

    public ShipperOptions Shipper { get; }

    /// <summary>What must not be told.</summary>
    public ImmutableArray<string> Secrets { get; }

    public HttpClient NewHttpClient()
    {
        var http = SearchClient.NewHttpClient();
        foreach (var (name, value) in headers) http.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        return http;
    }

    private static SpoolOptions SpoolOf(string baseName, long bytes) => new()
    {
        Directory = Path.GetFullPath(baseName) + "-spool",
        HasShipper = true,
        Keep = KeptAfterShipping,
        Class = StreamClass.Logs,
        MaxBytes = bytes,
        SegmentBytes = Math.Clamp(bytes / 8, 64 * 1024, 16 * 1024 * 1024),
        Origin = new AuditOrigin { Service = "coral-log" },
    };

    private static IEnumerable<string> UserInformation(Uri node)
    {
        if (node.UserInfo.Length == 0) return [];
        var password = node.UserInfo[(node.UserInfo.IndexOf(':') + 1)..];
        return [node.UserInfo, password, Uri.UnescapeDataString(password)];
    }
}
