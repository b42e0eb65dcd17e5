using Elasticsearch.Net;
using Serilog.Configuration;
using Serilog.Core;
using Serilog.Events;
using Serilog.Formatting;
using Serilog.Sinks.Elasticsearch;

namespace Serilog;

public static class LoggerConfigurationElasticsearchExtensions
{
    public static LoggerConfiguration Elasticsearch(this LoggerSinkConfiguration loggerSinkConfiguration, ElasticsearchSinkOptions options = null) => throw null;

    public static LoggerConfiguration Elasticsearch(
        this LoggerSinkConfiguration loggerSinkConfiguration,
        string nodeUris,
        string indexFormat = null,
        string templateName = null,
        string typeName = "_doc",
        int batchPostingLimit = 50,
        int period = 2,
        bool inlineFields = false,
        LogEventLevel restrictedToMinimumLevel = LevelAlias.Minimum,
        string bufferBaseFilename = null,
        long? bufferFileSizeLimitBytes = null,
        long bufferLogShippingInterval = 5000,
        string connectionGlobalHeaders = null,
        LoggingLevelSwitch levelSwitch = null,
        int connectionTimeout = 5,
        EmitEventFailureHandling emitEventFailure = EmitEventFailureHandling.WriteToSelfLog,
        int queueSizeLimit = 100000,
        string pipelineName = null,
        bool autoRegisterTemplate = false,
        AutoRegisterTemplateVersion autoRegisterTemplateVersion = AutoRegisterTemplateVersion.ESv7,
        bool overwriteTemplate = false,
        RegisterTemplateRecovery registerTemplateFailure = RegisterTemplateRecovery.IndexAnyway,
        string deadLetterIndexName = null,
        int? numberOfShards = null,
        int? numberOfReplicas = null,
        IFormatProvider formatProvider = null,
        IConnection connection = null,
        IElasticsearchSerializer serializer = null,
        IConnectionPool connectionPool = null,
        ITextFormatter customFormatter = null,
        ITextFormatter customDurableFormatter = null,
        ILogEventSink failureSink = null,
        long? singleEventSizePostingLimit = null,
        int? bufferFileCountLimit = null,
        Dictionary<string, string> templateCustomSettings = null,
        ElasticOpType batchAction = ElasticOpType.Index,
        bool detectElasticsearchVersion = true) => throw null;
}
