using System.Collections.Immutable;
using Coral.Audit.Shipping.Access;

namespace Coral.Audit.Shipping;

/// <summary>Where documents are shipped to, and how patiently.</summary>
public sealed record ShipperOptions
{
    /// <summary>The search server, such as <c>https://search:9200</c>. User information in it becomes basic authentication.</summary>
    public required Uri Url { get; init; }

    /// <summary>More nodes of the same cluster. All are used in turn; one that fails is left alone for a while.</summary>
    public ImmutableArray<Uri> OtherUrls { get; init; } = [];

    /// <summary>The API key for <c>Authorization: ApiKey …</c>, encoded or as <c>id:key</c>, where it stands in no file; or null.</summary>
    public string? ApiKey { get; init; }

    /// <summary>Files with credentials, and for TLS.</summary>
    public SearchAccess Access { get; init; } = new();

    /// <summary>The most requests at work at the same time, 1 to 4. Fewer after the server asked for patience or failed, until it has answered well for a while.</summary>
    public int Requests { get; init; } = 2;

    /// <summary>How hard bodies are compressed: 0 (not) to 9.</summary>
    public int Compression { get; init; } = 1;

    /// <summary>The most documents of one request.</summary>
    public int BatchDocuments { get; init; } = 5000;

    /// <summary>The most bytes of one request before compression; the server's answers (413, 429) lower it for a while.</summary>
    public int BatchBytes { get; init; } = 4 * 1024 * 1024;

    /// <summary>How long a new document waits for company.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How long one request may take.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The upper bound of the first pause after a failure; it doubles with each failure, and the pause is a random part of it.</summary>
    public TimeSpan BackoffFirst { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The largest such bound.</summary>
    public TimeSpan BackoffMax { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>After a request whose outcome is unknown: how long the server must have had none of ours at work before it is asked what it stored.</summary>
    public TimeSpan QuietTime { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>How long shipping goes on after it was asked to stop.</summary>
    public TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>When refused documents take more than this, in bytes, shipping holds instead of letting one go.</summary>
    public long DeadLetterMaxBytes { get; init; } = 256L * 1024 * 1024;

    /// <summary>The streams for which the server is prepared; without the first nothing is shipped.</summary>
    internal ImmutableArray<AuditStream> Streams { get; init; } = AuditStream.All;

    /// <summary>A number from 0 to 1 for the pauses.</summary>
    internal Func<double> Random { get; init; } = System.Random.Shared.NextDouble;
}
