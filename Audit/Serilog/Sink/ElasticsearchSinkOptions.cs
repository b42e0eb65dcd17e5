using System.Collections.Immutable;
using Elasticsearch.Net;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace Serilog.Sinks.Elasticsearch;

/// <summary>
/// How log events reach Elasticsearch or OpenSearch. Names and defaults are those of Serilog.Sinks.Elasticsearch 10, so that the package can take our place; behind them is the pipeline of the audit. What each means here, and
/// which are not followed, is said in docs/operations/logging.md; one that is set and not followed is told to the SelfLog when the sink is made. Read once, then.
/// </summary>
public class ElasticsearchSinkOptions
{
    private static readonly Uri DefaultNode = new("http://localhost:9200");

    /// <summary>With the node <c>http://localhost:9200</c>.</summary>
    public ElasticsearchSinkOptions()
        : this([])
    {
    }

    /// <summary>With one node.</summary>
    public ElasticsearchSinkOptions(Uri node)
        : this([node])
    {
    }

    /// <summary>With several nodes of one cluster. User information in an address becomes basic authentication.</summary>
    public ElasticsearchSinkOptions(IEnumerable<Uri> nodes)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        Nodes = [.. nodes.Where(static node => node is not null)];
        if (Nodes.IsEmpty) Nodes = [DefaultNode];
    }

    /// <summary>Not followed: the stream's template is always prepared.</summary>
    public bool AutoRegisterTemplate { get; set; }

    /// <summary>Not followed: the template is made for the server that answers.</summary>
    public AutoRegisterTemplateVersion AutoRegisterTemplateVersion { get; set; }

    /// <summary>Not followed: events wait until the template is there.</summary>
    public RegisterTemplateRecovery RegisterTemplateFailure { get; set; } = RegisterTemplateRecovery.IndexAnyway;

    /// <summary>Not followed: the template is <c>logs-coral.app</c>.</summary>
    public string? TemplateName { get; set; } = "serilog-events-template";

    /// <summary>Not followed.</summary>
    public Func<object>? GetTemplateContent { get; set; }

    /// <summary>Not followed.</summary>
    public Dictionary<string, string>? TemplateCustomSettings { get; set; }

    /// <summary>Not followed: a template is written anew when it changed.</summary>
    public bool OverwriteTemplate { get; set; }

    /// <summary>Not followed.</summary>
    public int? NumberOfShards { get; set; }

    /// <summary>Not followed.</summary>
    public int? NumberOfReplicas { get; set; }

    /// <summary>Not followed.</summary>
    public string[]? IndexAliases { get; set; }

    /// <summary>Credentials and headers for every request.</summary>
    public Func<ConnectionConfiguration, ConnectionConfiguration>? ModifyConnectionSettings { get; set; }

    /// <summary>An API key for every request, encoded or as <c>id:key</c>.</summary>
    public string? ApiKey { get; set; }

    /// <summary>The data stream, formatted with the event's time in UTC; followed where it names <c>logs-coral.app-NAMESPACE</c>.</summary>
    public string IndexFormat { get; set; } = "logstash-{0:yyyy.MM.dd}";

    /// <summary>Not followed: no event is sent elsewhere.</summary>
    public string DeadLetterIndexName { get; set; } = "deadletter-{0:yyyy.MM.dd}";

    /// <summary>Not followed: servers have no types any more.</summary>
    public string? TypeName { get; set; } = DefaultTypeName;

    /// <summary>What older servers called the type of documents.</summary>
    public static string DefaultTypeName { get; } = "_doc";

    /// <summary>Not followed.</summary>
    public Func<LogEvent, string>? PipelineNameDecider { get; set; }

    /// <summary>Not followed.</summary>
    public string? PipelineName { get; set; }

    /// <summary>The most events of one request: 50.</summary>
    public int BatchPostingLimit { get; set; } = 50;

    /// <summary>Not followed: it is always <see cref="ElasticOpType.Create"/>, as data streams want it.</summary>
    public ElasticOpType BatchAction { get; set; }

    /// <summary>Larger documents, in bytes, are failures; null for no limit.</summary>
    public long? SingleEventSizePostingLimit { get; set; }

    /// <summary>In memory: how long the first of some events waits for company, 2 s.</summary>
    public TimeSpan Period { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>For the message's values.</summary>
    public IFormatProvider? FormatProvider { get; set; }

    /// <summary>How long one request may take, 5 s.</summary>
    public TimeSpan ConnectionTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Not followed: properties stand in <c>labels</c>.</summary>
    public bool InlineFields { get; set; }

    /// <summary>Events below it are left out; null for none.</summary>
    public LogEventLevel? MinimumLogEventLevel { get; set; }

    /// <summary>The same, changeable while running.</summary>
    public LoggingLevelSwitch? LevelSwitch { get; set; }

    /// <summary>The data stream of an event, as <see cref="IndexFormat"/>.</summary>
    public Func<LogEvent, DateTimeOffset, string>? IndexDecider { get; set; }

    /// <summary>Not followed.</summary>
    public Func<string, DateTime, string>? BufferIndexDecider { get; set; }

    /// <summary>Makes the sink durable: events are kept in a spool, the folder of this name with <c>-spool</c> behind it, until the server has them. Null keeps them in memory.</summary>
    public string? BufferBaseFilename { get; set; }

    /// <summary>With <see cref="BufferFileCountLimit"/> the size of the spool in bytes, 100 MiB times 31; null for no limit.</summary>
    public long? BufferFileSizeLimitBytes { get; set; } = 100L * 1024 * 1024;

    /// <summary>See <see cref="BufferFileSizeLimitBytes"/>; null for no limit.</summary>
    public int? BufferFileCountLimit { get; set; } = 31;

    /// <summary>Durable: how long the first of some events waits for company; null for 5 s.</summary>
    public TimeSpan? BufferLogShippingInterval { get; set; }

    /// <summary>Not followed: a document that the server won't have is sent once in a lesser form.</summary>
    public Func<string, long?, string, string>? BufferCleanPayload { get; set; }

    /// <summary>Durable: when refused documents take more than this, in bytes, shipping holds instead of letting one go; null for 256 MiB.</summary>
    public long? BufferRetainedInvalidPayloadsLimitBytes { get; set; }

    /// <summary>Not followed: documents are in the Elastic Common Schema.</summary>
    public ITextFormatter? CustomFormatter { get; set; }

    /// <summary>Not followed.</summary>
    public ITextFormatter? CustomDurableFormatter { get; set; }

    /// <summary>What is done with an event that can't be kept or that the server refuses for good.</summary>
    public EmitEventFailureHandling EmitEventFailure { get; set; } = EmitEventFailureHandling.WriteToSelfLog;

    /// <summary>Gets such events with <see cref="EmitEventFailureHandling.WriteToFailureSink"/>.</summary>
    public ILogEventSink? FailureSink { get; set; }

    /// <summary>Hears of such events, and why, with <see cref="EmitEventFailureHandling.RaiseCallback"/>. The exception is null where nothing is known.</summary>
    public Action<LogEvent, Exception>? FailureCallback { get; set; }

    /// <summary>In memory: the most events that wait, 100 000; the newest beyond it are failures.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Below zero.</exception>
    public int QueueSizeLimit
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            field = value;
        }
    } = 100_000;

    /// <summary>Not followed: a stack trace is one text.</summary>
    public bool FormatStackTraceAsArray { get; set; }

    /// <summary>Not followed: it is always done.</summary>
    public bool DetectElasticsearchVersion { get; set; } = true;

    internal ImmutableArray<Uri> Nodes { get; }

    /// <summary>Tests put their own in its place.</summary>
    internal TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>How long closing may take.</summary>
    internal TimeSpan ShutdownTimeout { get; init; } = TimeSpan.FromSeconds(5);
}
