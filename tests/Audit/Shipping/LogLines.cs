using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Coral.Audit.Tests.Shipping;

/// <summary>Keeps what is logged, each line behind its level.</summary>
internal sealed class LogLines : ILogger
{
    public ConcurrentQueue<string> All { get; } = new();

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel level) => true;

    public void Log<TState>(LogLevel level, EventId id, TState state, Exception? exception, Func<TState, Exception?, string> formatter) => All.Enqueue($"{level}: {formatter(state, exception)}");
}
