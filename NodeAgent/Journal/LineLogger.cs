using Microsoft.Extensions.Logging;

namespace Coral.NodeAgent.Journal;

/// <summary>Hands warnings and errors of the libraries on as single lines.</summary>
/// <param name="say">Takes a line.</param>
internal sealed class LineLogger(Action<string> say) : ILogger
{
    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (IsEnabled(logLevel)) say(exception is null ? formatter(state, null) : $"{formatter(state, exception)}: {exception.Message}");
    }
}
