using Microsoft.Extensions.Logging;
using Serilog.Debugging;

namespace Serilog.Sinks.Elasticsearch.Delivery;

/// <summary>What the pipeline has to say goes to the SelfLog, never to the log that it ships. Thread safe.</summary>
internal sealed class SelfLogLines(OwnSecrets secrets) : Microsoft.Extensions.Logging.ILogger
{
    public void Say(string line) => SelfLog.WriteLine("{0}", "Elasticsearch sink: " + secrets.Clean(line));

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) Say(formatter(state, exception));
    }
}
