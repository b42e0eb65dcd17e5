using Serilog.Sinks.Elasticsearch.Delivery;

namespace Serilog.Sinks.Elasticsearch;

/// <summary>What an option of the package means here.</summary>
/// <param name="Name">The option's name.</param>
/// <param name="Follows">What it does, or why nothing.</param>
/// <param name="IsIgnored">For one that is not followed: whether it was set, and so has to be told; null for one that is followed or means nothing to anybody.</param>
internal sealed record OptionRow(string Name, string Follows, Func<ElasticsearchSinkOptions, bool>? IsIgnored = null);

/// <summary>Every option of the package, for the SelfLog and for docs/operations/logging.md.</summary>
internal static class OptionTable
{
    private static readonly ElasticsearchSinkOptions Defaults = new();

    public static readonly OptionRow[] Rows =
    [
        new("ApiKey", "an API key, encoded or as `id:key`"),
        new("AutoRegisterTemplate", "not followed: the template of `logs-coral.app-*` is always prepared"),
        new("AutoRegisterTemplateVersion", "not followed: the template is made for the server that answers"),
        new("BatchAction", "not followed: always `Create`, as data streams want it"),
        new("BatchPostingLimit", "the most events of one request (50)"),
        new("BufferBaseFilename", "makes the sink durable: events wait in the spool `NAME-spool`. Without it they wait in memory"),
        new("BufferCleanPayload", "not followed: a document that the server refuses is sent once in a lesser form", o => o.BufferCleanPayload is not null),
        new("BufferFileCountLimit", "with `BufferFileSizeLimitBytes` the size of the spool (31 times 100 MiB); `null` for no limit"),
        new("BufferFileSizeLimitBytes", "see `BufferFileCountLimit`"),
        new("BufferIndexDecider", "not followed: see `IndexDecider`", o => o.BufferIndexDecider is not null),
        new("BufferLogShippingInterval", "durable: how long the first of some events waits for company (5 s)"),
        new("BufferRetainedInvalidPayloadsLimitBytes", "durable: when refused documents take more, shipping holds (256 MiB)"),
        new("ConnectionTimeout", "how long one request may take (5 s)"),
        new("CustomDurableFormatter", "not followed: documents are in the Elastic Common Schema", o => o.CustomDurableFormatter is not null),
        new("CustomFormatter", "not followed: documents are in the Elastic Common Schema", o => o.CustomFormatter is not null),
        new("DeadLetterIndexName", "not followed: no event is sent elsewhere", o => o.DeadLetterIndexName != Defaults.DeadLetterIndexName),
        new("DetectElasticsearchVersion", "not followed: always", o => !o.DetectElasticsearchVersion),
        new("EmitEventFailure", "what is done with an event that can't be kept or is refused for good; `ThrowException` is not followed", o => o.EmitEventFailure.HasFlag(EmitEventFailureHandling.ThrowException)),
        new("FailureCallback", "as `EmitEventFailure` says"),
        new("FailureSink", "as `EmitEventFailure` says"),
        new("FormatProvider", "for the values in the message"),
        new("FormatStackTraceAsArray", "not followed: `error.stack_trace` is one text", o => o.FormatStackTraceAsArray),
        new("GetTemplateContent", "not followed: see `AutoRegisterTemplate`", o => o.GetTemplateContent is not null),
        new("IndexAliases", "not followed", o => o.IndexAliases is { Length: > 0 }),
        new("IndexDecider", "the event's data stream; one that is not `logs-coral.app-NAMESPACE` becomes `logs-coral.app-default`"),
        new("IndexFormat", "the data stream, `logs-coral.app-NAMESPACE`, also with the event's date in it; any other becomes `logs-coral.app-default`", o => o.IndexFormat != Defaults.IndexFormat && !AppStreams.IsOurs(o.IndexFormat)),
        new("InlineFields", "not followed: properties stand in `labels`", o => o.InlineFields),
        new("LevelSwitch", "as in Serilog"),
        new("MinimumLogEventLevel", "as in Serilog"),
        new("ModifyConnectionSettings", "`BasicAuthentication`, `ApiKeyAuthentication` and `GlobalHeaders`; the type has nothing else"),
        new("NumberOfReplicas", "not followed: set it in a template of a higher priority", o => o.NumberOfReplicas is not null),
        new("NumberOfShards", "not followed: set it in a template of a higher priority", o => o.NumberOfShards is not null),
        new("OverwriteTemplate", "not followed: the template is written anew when it changed"),
        new("Period", "in memory: how long the first of some events waits for company (2 s)"),
        new("PipelineName", "not followed: set `index.default_pipeline`", o => o.PipelineName is not null),
        new("PipelineNameDecider", "not followed: set `index.default_pipeline`", o => o.PipelineNameDecider is not null),
        new("QueueSizeLimit", "in memory: the most events that wait (100 000), and at most 64 MiB of them; the newest beyond that are failures"),
        new("RegisterTemplateFailure", "not followed: events wait until the template is there", o => o.RegisterTemplateFailure != RegisterTemplateRecovery.IndexAnyway),
        new("SingleEventSizePostingLimit", "larger documents, in bytes, are failures (no limit)"),
        new("TemplateCustomSettings", "not followed", o => o.TemplateCustomSettings is { Count: > 0 }),
        new("TemplateName", "not followed: it is `logs-coral.app`", o => o.TemplateName != Defaults.TemplateName),
        new("TypeName", "not followed: servers have no types any more"),
    ];

    /// <summary>A line for each option that was set and is not followed.</summary>
    public static IEnumerable<string> Ignored(ElasticsearchSinkOptions options) =>
        from row in Rows where row.IsIgnored?.Invoke(options) == true select $"{row.Name}: {row.Follows.Replace("`", "", StringComparison.Ordinal)}";
}
