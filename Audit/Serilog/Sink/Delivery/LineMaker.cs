using System.Collections.Immutable;
using System.Globalization;
using System.Reflection;
using Coral.Audit.Events;
using Serilog.Events;
using Serilog.Formatting.Display;
using Serilog.Formatting.Json;

namespace Serilog.Sinks.Elasticsearch.Delivery;

/// <summary>
/// Makes a document of a log event. Properties with the names of fields that say who writes (<c>service.name</c> and the like) go there, so that any enricher can set them; the others become labels. Thread safe.
/// </summary>
internal sealed class LineMaker(ElasticsearchSinkOptions options, AppStreams streams)
{
    private const int MostLabels = 64;

    private static readonly JsonValueFormatter Json = new(typeTagName: null);

    private static readonly AuditOrigin Unnamed = new()
    {
        Service = Assembly.GetEntryAssembly()?.GetName().Name ?? "dotnet",
        Node = Environment.MachineName,
    };

    private readonly MessageTemplateTextFormatter message = new("{Message:lj}", options.FormatProvider);
    private AuditOrigin last = Unnamed;

    public LogLineEvent Make(LogEvent e)
    {
        string? logger = null, code = null;
        var origin = Unnamed;
        var labels = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>(Math.Min(e.Properties.Count, MostLabels));
        foreach (var (name, value) in e.Properties)
        {
            switch (name)
            {
                case "SourceContext": logger = Text(value); break;
                case "EventId": code = Code(value); break;
                case "service.name": origin = origin with { Service = Text(value) }; break;
                case "service.version": origin = origin with { Version = Text(value) }; break;
                case "service.node.name": origin = origin with { Node = Text(value) }; break;
                case "orchestrator.cluster.name": origin = origin with { ClusterName = Text(value) }; break;
                case "orchestrator.cluster.id": origin = origin with { ClusterId = Text(value) }; break;
                default:
                    // Servers keep NUL for themselves in such names.
                    if (labels.Count < MostLabels) labels.Add(new(name.Replace('\0', '_'), Text(value)));
                    break;
            }
        }

        return new LogLineEvent
        {
            Timestamp = e.Timestamp,
            Origin = Shared(origin),
            To = streams.Of(e),
            Level = LevelOf(e.Level),
            Message = Message(e),
            Template = e.MessageTemplate.Text,
            Logger = logger,
            Code = code,
            Error = e.Exception is { } error ? new LoggedError(error.GetType().FullName ?? error.GetType().Name, error.Message, error.ToString()) : null,
            TraceId = e.TraceId?.ToHexString(),
            SpanId = e.SpanId?.ToHexString(),
            Labels = labels.DrainToImmutable(),
        };
    }

    /// <summary>As <c>--log-level</c> calls them.</summary>
    private static string LevelOf(LogEventLevel level) => level switch
    {
        LogEventLevel.Verbose => "trace",
        LogEventLevel.Debug => "debug",
        LogEventLevel.Information => "info",
        LogEventLevel.Warning => "warn",
        LogEventLevel.Error => "error",
        _ => "fatal",
    };

    private static string Text(LogEventPropertyValue value)
    {
        if (value is ScalarValue { Value: string text }) return text;
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        Json.Format(value, output);
        var json = output.ToString();
        // Such as a time or a Guid, which JSON has as a text.
        return value is ScalarValue && json is ['"', .., '"'] ? json[1..^1] : json;
    }

    /// <summary>What Microsoft.Extensions.Logging hands on: a number, a name or both.</summary>
    private static string? Code(LogEventPropertyValue value)
    {
        if (value is not StructureValue both) return Text(value);
        var part = both.Properties.FirstOrDefault(property => property.Name == "Name") ?? both.Properties.FirstOrDefault(property => property.Name == "Id");
        return part is null ? null : Text(part.Value);
    }

    private string Message(LogEvent e)
    {
        using var output = new StringWriter(CultureInfo.InvariantCulture);
        message.Format(e, output);
        return output.ToString();
    }

    /// <summary>All lines of a program say the same, so one object does.</summary>
    private AuditOrigin Shared(AuditOrigin origin)
    {
        var before = last;
        return before == origin ? before : last = origin;
    }
}
