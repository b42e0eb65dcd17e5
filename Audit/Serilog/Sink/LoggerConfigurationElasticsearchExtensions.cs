using System.Collections.Specialized;
using Serilog.Configuration;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Sinks.Elasticsearch;

namespace Serilog;

/// <summary>Adds <c>WriteTo.Elasticsearch()</c>. The sink never throws at who logs; what goes wrong is told to the SelfLog.</summary>
public static class LoggerConfigurationElasticsearchExtensions
{
    /// <summary>Ships events to the data stream <c>logs-coral.app-default</c> of Elasticsearch or OpenSearch.</summary>
    /// <param name="loggerSinkConfiguration">Where the sink is added.</param>
    /// <param name="options">Null for <c>http://localhost:9200</c> and the defaults.</param>
    public static LoggerConfiguration Elasticsearch(this LoggerSinkConfiguration loggerSinkConfiguration, ElasticsearchSinkOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(loggerSinkConfiguration);
        options ??= new ElasticsearchSinkOptions();
        return loggerSinkConfiguration.Sink(new ElasticsearchSink(options), options.MinimumLogEventLevel ?? LevelAlias.Minimum, options.LevelSwitch);
    }

    /// <summary>
    /// The same with the names of settings. They stand in the package's order, but those that need its client's types (<c>connection</c>, <c>serializer</c>, <c>connectionPool</c>) are missing:
    /// what comes after <paramref name="formatProvider"/> is to be given by name.
    /// </summary>
    /// <param name="loggerSinkConfiguration">Where the sink is added.</param>
    /// <param name="nodeUris">Addresses with commas or semicolons between.</param>
    /// <param name="indexFormat"><see cref="ElasticsearchSinkOptions.IndexFormat"/></param>
    /// <param name="templateName"><see cref="ElasticsearchSinkOptions.TemplateName"/></param>
    /// <param name="typeName"><see cref="ElasticsearchSinkOptions.TypeName"/></param>
    /// <param name="batchPostingLimit"><see cref="ElasticsearchSinkOptions.BatchPostingLimit"/></param>
    /// <param name="period"><see cref="ElasticsearchSinkOptions.Period"/>, in seconds.</param>
    /// <param name="inlineFields"><see cref="ElasticsearchSinkOptions.InlineFields"/></param>
    /// <param name="restrictedToMinimumLevel"><see cref="ElasticsearchSinkOptions.MinimumLogEventLevel"/></param>
    /// <param name="bufferBaseFilename"><see cref="ElasticsearchSinkOptions.BufferBaseFilename"/></param>
    /// <param name="bufferFileSizeLimitBytes"><see cref="ElasticsearchSinkOptions.BufferFileSizeLimitBytes"/></param>
    /// <param name="bufferLogShippingInterval"><see cref="ElasticsearchSinkOptions.BufferLogShippingInterval"/>, in milliseconds.</param>
    /// <param name="connectionGlobalHeaders">Headers as <c>name=value</c> with commas or semicolons between.</param>
    /// <param name="levelSwitch"><see cref="ElasticsearchSinkOptions.LevelSwitch"/></param>
    /// <param name="connectionTimeout"><see cref="ElasticsearchSinkOptions.ConnectionTimeout"/>, in seconds.</param>
    /// <param name="emitEventFailure"><see cref="ElasticsearchSinkOptions.EmitEventFailure"/></param>
    /// <param name="queueSizeLimit"><see cref="ElasticsearchSinkOptions.QueueSizeLimit"/></param>
    /// <param name="pipelineName"><see cref="ElasticsearchSinkOptions.PipelineName"/></param>
    /// <param name="autoRegisterTemplate"><see cref="ElasticsearchSinkOptions.AutoRegisterTemplate"/></param>
    /// <param name="autoRegisterTemplateVersion"><see cref="ElasticsearchSinkOptions.AutoRegisterTemplateVersion"/></param>
    /// <param name="overwriteTemplate"><see cref="ElasticsearchSinkOptions.OverwriteTemplate"/></param>
    /// <param name="registerTemplateFailure"><see cref="ElasticsearchSinkOptions.RegisterTemplateFailure"/></param>
    /// <param name="deadLetterIndexName"><see cref="ElasticsearchSinkOptions.DeadLetterIndexName"/></param>
    /// <param name="numberOfShards"><see cref="ElasticsearchSinkOptions.NumberOfShards"/></param>
    /// <param name="numberOfReplicas"><see cref="ElasticsearchSinkOptions.NumberOfReplicas"/></param>
    /// <param name="formatProvider"><see cref="ElasticsearchSinkOptions.FormatProvider"/></param>
    /// <param name="customFormatter"><see cref="ElasticsearchSinkOptions.CustomFormatter"/></param>
    /// <param name="customDurableFormatter"><see cref="ElasticsearchSinkOptions.CustomDurableFormatter"/></param>
    /// <param name="failureSink"><see cref="ElasticsearchSinkOptions.FailureSink"/></param>
    /// <param name="singleEventSizePostingLimit"><see cref="ElasticsearchSinkOptions.SingleEventSizePostingLimit"/></param>
    /// <param name="bufferFileCountLimit"><see cref="ElasticsearchSinkOptions.BufferFileCountLimit"/></param>
    /// <param name="templateCustomSettings"><see cref="ElasticsearchSinkOptions.TemplateCustomSettings"/></param>
    /// <param name="batchAction"><see cref="ElasticsearchSinkOptions.BatchAction"/></param>
    /// <param name="detectElasticsearchVersion"><see cref="ElasticsearchSinkOptions.DetectElasticsearchVersion"/></param>
    /// <exception cref="ArgumentException">No address, or one that is none.</exception>
    public static LoggerConfiguration Elasticsearch(
        this LoggerSinkConfiguration loggerSinkConfiguration,
        string nodeUris,
        string? indexFormat = null,
        string? templateName = null,
        string? typeName = "_doc",
        int batchPostingLimit = 50,
        int period = 2,
        bool inlineFields = false,
        LogEventLevel restrictedToMinimumLevel = LevelAlias.Minimum,
        string? bufferBaseFilename = null,
        long? bufferFileSizeLimitBytes = null,
        long bufferLogShippingInterval = 5000,
        string? connectionGlobalHeaders = null,
        LoggingLevelSwitch? levelSwitch = null,
        int connectionTimeout = 5,
        EmitEventFailureHandling emitEventFailure = EmitEventFailureHandling.WriteToSelfLog,
        int queueSizeLimit = 100_000,
        string? pipelineName = null,
        bool autoRegisterTemplate = false,
        AutoRegisterTemplateVersion autoRegisterTemplateVersion = AutoRegisterTemplateVersion.ESv7,
        bool overwriteTemplate = false,
        RegisterTemplateRecovery registerTemplateFailure = RegisterTemplateRecovery.IndexAnyway,
        string? deadLetterIndexName = null,
        int? numberOfShards = null,
        int? numberOfReplicas = null,
        IFormatProvider? formatProvider = null,
        ITextFormatter? customFormatter = null,
        ITextFormatter? customDurableFormatter = null,
        ILogEventSink? failureSink = null,
        long? singleEventSizePostingLimit = null,
        int? bufferFileCountLimit = null,
        Dictionary<string, string>? templateCustomSettings = null,
        ElasticOpType batchAction = ElasticOpType.Index,
        bool detectElasticsearchVersion = true)
    {
        var options = new ElasticsearchSinkOptions(Nodes(nodeUris))
        {
            TypeName = typeName,
            BatchPostingLimit = batchPostingLimit,
            Period = TimeSpan.FromSeconds(period),
            InlineFields = inlineFields,
            MinimumLogEventLevel = restrictedToMinimumLevel,
            BufferBaseFilename = bufferBaseFilename,
            BufferLogShippingInterval = TimeSpan.FromMilliseconds(bufferLogShippingInterval),
            LevelSwitch = levelSwitch,
            ConnectionTimeout = TimeSpan.FromSeconds(connectionTimeout),
            EmitEventFailure = emitEventFailure,
            QueueSizeLimit = queueSizeLimit,
            PipelineName = pipelineName,
            AutoRegisterTemplate = autoRegisterTemplate,
            AutoRegisterTemplateVersion = autoRegisterTemplateVersion,
            OverwriteTemplate = overwriteTemplate,
            RegisterTemplateFailure = registerTemplateFailure,
            NumberOfShards = numberOfShards,
            NumberOfReplicas = numberOfReplicas,
            FormatProvider = formatProvider,
            CustomFormatter = customFormatter,
            CustomDurableFormatter = customDurableFormatter,
            FailureSink = failureSink,
            SingleEventSizePostingLimit = singleEventSizePostingLimit,
            TemplateCustomSettings = templateCustomSettings,
            BatchAction = batchAction,
            DetectElasticsearchVersion = detectElasticsearchVersion,
        };
        if (!string.IsNullOrWhiteSpace(indexFormat)) options.IndexFormat = indexFormat;
        if (!string.IsNullOrWhiteSpace(templateName)) options.TemplateName = templateName;
        if (!string.IsNullOrWhiteSpace(deadLetterIndexName)) options.DeadLetterIndexName = deadLetterIndexName;
        options.BufferFileSizeLimitBytes = bufferFileSizeLimitBytes ?? options.BufferFileSizeLimitBytes;
        options.BufferFileCountLimit = bufferFileCountLimit ?? options.BufferFileCountLimit;
        if (Headers(connectionGlobalHeaders) is { Count: > 0 } headers) options.ModifyConnectionSettings = connection => connection.GlobalHeaders(headers);
        return Elasticsearch(loggerSinkConfiguration, options);
    }

    private static string[] Parts(string? list) => list?.Split([',', ';'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries) ?? [];

    private static Uri[] Nodes(string nodeUris)
    {
        ArgumentException.ThrowIfNullOrEmpty(nodeUris);
        // Without the text, which may hold a password.
        return Array.ConvertAll(Parts(nodeUris), text => Uri.TryCreate(text, UriKind.Absolute, out var node) && node.Scheme is "http" or "https" ? node : throw new ArgumentException("not all are http or https addresses", nameof(nodeUris)));
    }

    private static NameValueCollection Headers(string? list)
    {
        var headers = new NameValueCollection();
        foreach (var part in Parts(list))
        {
            var equals = part.IndexOf('=');
            if (equals < 1) throw new ArgumentException("headers are name=value", nameof(list));
            headers.Add(part[..equals].Trim(), part[(equals + 1)..].Trim());
        }

        return headers;
    }
}
