using System.Collections.Concurrent;
using System.Globalization;
using Coral.Audit;
using Serilog.Events;

namespace Serilog.Sinks.Elasticsearch.Delivery;

/// <summary>
/// The data stream of an event. Only streams of the template <c>logs-coral.app</c> are written to: of others we know neither the fields nor whether they are streams at all, without which a document can't be kept from being stored twice.
/// Thread safe.
/// </summary>
internal sealed class AppStreams(ElasticsearchSinkOptions options)
{
    private const string Prefix = "logs-coral.app-";

    /// <summary>Enough for a format with a date in it; what a decider makes of each event is not to be remembered for ever.</summary>
    private const int Remembered = 1000;

    private readonly ConcurrentDictionary<string, AuditStream> known = new(StringComparer.Ordinal);

    /// <summary>Whether a format or name is of those.</summary>
    public static bool IsOurs(string name) => name.StartsWith(Prefix, StringComparison.Ordinal);

    public AuditStream Of(LogEvent e)
    {
        var name = options.IndexDecider?.Invoke(e, e.Timestamp.ToUniversalTime()) ?? (IsOurs(options.IndexFormat) ? string.Format(CultureInfo.InvariantCulture, options.IndexFormat, e.Timestamp.ToUniversalTime()) : "");
        if (!IsOurs(name)) return AuditStream.App;
        if (known.TryGetValue(name, out var stream)) return stream;
        var space = name[Prefix.Length..];
        if (!IsNamespace(space)) return AuditStream.App;
        if (known.Count >= Remembered) known.Clear();
        return known.GetOrAdd(name, AuditStream.AppOf(space));
    }

    /// <summary>What servers allow at the end of a stream's name, without the hyphen that would begin another part.</summary>
    private static bool IsNamespace(string text) => text.Length is > 0 and <= 100 && text.All(static c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '.' or '_');
}
