using Elasticsearch.Net;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;

namespace Serilog.Sinks.Elasticsearch;

[Flags]
public enum EmitEventFailureHandling
{
    WriteToSelfLog = 1,
    WriteToFailureSink = 2,
    ThrowException = 4,
    RaiseCallback = 8,
}

[Flags]
public enum RegisterTemplateRecovery
{
    IndexAnyway = 1,
    IndexToDeadletterIndex = 4,
    FailSink = 8,
}

public enum AutoRegisterTemplateVersion
{
    ESv2 = 0,
    ESv5 = 1,
    ESv6 = 2,
    ESv7 = 3,
    ESv8 = 4,
}

public enum ElasticOpType
{
    Index,
    Create,
}

public class ElasticsearchSinkOptions
{
    public ElasticsearchSinkOptions() => throw null;

    public ElasticsearchSinkOptions(Uri node) => throw null;

    public ElasticsearchSinkOptions(IEnumerable<Uri> nodes) => throw null;

    public ElasticsearchSinkOptions(IConnectionPool connectionPool) => throw null;

    public static string DefaultTypeName => throw null;

    public string ApiKey { get; set; }

    public bool AutoRegisterTemplate { get; set; }

    public AutoRegisterTemplateVersion AutoRegisterTemplateVersion { get; set; }

    public ElasticOpType BatchAction { get; set; }

    public int BatchPostingLimit { get; set; }

    public string BufferBaseFilename { get; set; }

    public Func<string, long?, string, string> BufferCleanPayload { get; set; }

    public int? BufferFileCountLimit { get; set; }

    public long? BufferFileSizeLimitBytes { get; set; }

    public Func<string, DateTime, string> BufferIndexDecider { get; set; }

    public TimeSpan? BufferLogShippingInterval { get; set; }

    public long? BufferRetainedInvalidPayloadsLimitBytes { get; set; }

    public TimeSpan ConnectionTimeout { get; set; }

    public ITextFormatter CustomDurableFormatter { get; set; }

    public ITextFormatter CustomFormatter { get; set; }

    public string DeadLetterIndexName { get; set; }

    public bool DetectElasticsearchVersion { get; set; }

    public EmitEventFailureHandling EmitEventFailure { get; set; }

    public Action<LogEvent, Exception> FailureCallback { get; set; }

    public ILogEventSink FailureSink { get; set; }

    public IFormatProvider FormatProvider { get; set; }

    public bool FormatStackTraceAsArray { get; set; }

    public Func<object> GetTemplateContent { get; set; }

    public string[] IndexAliases { get; set; }

    public Func<LogEvent, DateTimeOffset, string> IndexDecider { get; set; }

    public string IndexFormat { get; set; }

    public bool InlineFields { get; set; }

    public LoggingLevelSwitch LevelSwitch { get; set; }

    public LogEventLevel? MinimumLogEventLevel { get; set; }

    public Func<ConnectionConfiguration, ConnectionConfiguration> ModifyConnectionSettings { get; set; }

    public int? NumberOfReplicas { get; set; }

    public int? NumberOfShards { get; set; }

    public bool OverwriteTemplate { get; set; }

    public TimeSpan Period { get; set; }

    public string PipelineName { get; set; }

    public Func<LogEvent, string> PipelineNameDecider { get; set; }

    public int QueueSizeLimit { get; set; }

    public RegisterTemplateRecovery RegisterTemplateFailure { get; set; }

    public long? SingleEventSizePostingLimit { get; set; }

    public Dictionary<string, string> TemplateCustomSettings { get; set; }

    public string TemplateName { get; set; }

    public string TypeName { get; set; }
}
