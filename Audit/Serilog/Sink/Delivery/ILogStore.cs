using Coral.Audit.Events;
using Serilog.Events;

namespace Serilog.Sinks.Elasticsearch.Delivery;

/// <summary>Where events wait for the server. Thread safe. Disposing of it ships what can be shipped in a short time.</summary>
internal interface ILogStore : IAsyncDisposable
{
    /// <summary>Throws when it can't take the line.</summary>
    void Add(LogLineEvent line, LogEvent e);
}

/// <summary>There is no room for an event.</summary>
internal sealed class NoRoomException(string message) : Exception(message);
