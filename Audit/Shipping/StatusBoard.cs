using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Coral.Audit.Shipping;

/// <summary>What the shipper is doing, as its senders report it; changes of the state are logged. Thread safe.</summary>
internal sealed partial class StatusBoard(Uri url, ILogger logger)
{
    private readonly Lock gate = new();
    private volatile ShipperStatus status = new(ShipperState.Starting, "", []);

    public ShipperStatus Status => status;

    public void Report(ShipperState state, string detail = "", string reason = "")
    {
        ShipperStatus before;
        lock (gate)
        {
            before = status;
            status = new ShipperStatus(state, detail, before.Lacks) { Reason = reason };
        }

        if (before.State == state) return;
        if (state == ShipperState.Shipping) Log.Shipping(logger, url);
        else if (state != ShipperState.Stopped) Log.Held(logger, url, state, detail);
    }

    /// <summary>What the server lacks of what we would use.</summary>
    public void Lacks(ImmutableArray<string> lacks)
    {
        lock (gate) status = status with { Lacks = lacks };
    }

    private static partial class Log
    {
        [LoggerMessage(Level = LogLevel.Information, Message = "Audit documents are shipped to {Url}.")]
        public static partial void Shipping(ILogger logger, Uri url);

        [LoggerMessage(Level = LogLevel.Warning, Message = "Audit documents for {Url} stay in the spool, {State}: {Detail}")]
        public static partial void Held(ILogger logger, Uri url, ShipperState state, string detail);
    }
}
