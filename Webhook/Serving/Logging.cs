using Coral.Webhook.Settings;
using Microsoft.Extensions.Logging;
using Serilog;
using Serilog.Debugging;
using Serilog.Events;
using Serilog.Extensions.Logging;

namespace Coral.Webhook.Serving;

/// <summary>Our log: one line an event on standard error, so that standard output stays for results, and to the search servers that the settings name.</summary>
internal static class Logging
{
    private const string Template = "{Timestamp:yyyy-MM-ddTHH:mm:ss.fffZ} {Level:u4} {SourceContext} {Message:lj}{NewLine}{Exception}";

    internal static ILoggerFactory Create(ServeOptions options)
    {
        var configuration = new LoggerConfiguration()
            .MinimumLevel.Is(LevelConvert.ToSerilogLevel(options.LogLevel))
            .MinimumLevel.Override("Microsoft", LogEventLevel.Warning)
            // The host logs a failed start with its stack; we say it in one line, where we know what the user can do.
            .MinimumLevel.Override("Microsoft.Extensions.Hosting", LogEventLevel.Fatal)
            .MinimumLevel.Override("Microsoft.AspNetCore.Hosting", LogEventLevel.Fatal);
        if (!options.LogSinks.IsEmpty) AddSinks(configuration, options);
        var logger = configuration.WriteTo.Console(outputTemplate: Template, standardErrorFromLevel: LogEventLevel.Verbose).CreateLogger();
        return new SerilogLoggerFactory(logger, dispose: true);
    }

    private static void AddSinks(LoggerConfiguration configuration, ServeOptions options)
    {
        // What a sink can't do must be seen somewhere, and the log is what it can't write.
        SelfLog.Enable(static line => Console.Error.WriteLine("coral-webhook: log: " + line));
        configuration
            .Enrich.WithProperty("service.name", "coral-webhook")
            .Enrich.WithProperty("service.version", ProductVersion.Text)
            .Enrich.WithProperty("orchestrator.cluster.name", options.Cluster);
        foreach (var sink in options.LogSinks) configuration.WriteTo.Elasticsearch(sink);
    }
}
