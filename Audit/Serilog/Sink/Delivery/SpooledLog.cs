using Coral.Audit.Events;
using Coral.Audit.Shipping;
using Coral.Audit.Spool;
using Serilog.Events;

namespace Serilog.Sinks.Elasticsearch.Delivery;

/// <summary>Events in a spool on the disk, and the shipper that empties it: what was logged before a kill is shipped by the next process, once.</summary>
internal sealed class SpooledLog : ILogStore
{
    private readonly CancellationTokenSource stop = new();
    private readonly AuditSpool spool;
    private readonly AuditShipper shipper;
    private readonly HttpClient http;
    private readonly Task shipping;
    private readonly SelfLogLines lines;

    /// <summary>Throws <see cref="SpoolUnavailableException"/> when another process has the folder or it can't be written.</summary>
    public SpooledLog(SinkSettings settings, SelfLogLines lines)
    {
        this.lines = lines;
        spool = AuditSpool.Open(settings.Spool!, settings.Time, lines);
        http = settings.NewHttpClient();
        shipper = new AuditShipper(spool, settings.Shipper, settings.Time, lines, http);
        shipping = Task.Run(() => shipper.RunAsync(stop.Token));
    }

    public void Add(LogLineEvent line, LogEvent e)
    {
        try
        {
            spool.Append(line);
        }
        catch (SpoolUnavailableException full) when (full.InnerException is null)
        {
            // It would name an option of another program.
            throw new NoRoomException($"the spool {spool.Directory} is full: {spool.Metrics.Counts.Pending} events wait for the server");
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await shipping;
        if (spool.Metrics.Counts.Pending is > 0 and var left) lines.Say($"{left} events stay in the spool {spool.Directory} until the next start");
        shipper.Dispose();
        http.Dispose();
        await spool.DisposeAsync();
        stop.Dispose();
    }
}
