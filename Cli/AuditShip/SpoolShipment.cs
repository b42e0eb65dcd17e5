using Coral.Audit;
using Coral.Audit.Shipping;
using Coral.Audit.Spool;
using Coral.Cli.Output;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Cli.AuditShip;

/// <summary>Ships a spool until it is empty, or until the server has taken nothing for a while.</summary>
internal static class SpoolShipment
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    /// <summary>What became of the documents, and why it ended early. Throws <see cref="BadInputException"/> for what is no spool, and as <see cref="AuditSpool.Open"/> does.</summary>
    internal static async Task<(AuditCounts Counts, string Detail)> RunAsync(string directory, ShipperOptions server, TimeSpan wait, Terminal terminal, CancellationToken cancellation)
    {
        // Opening makes a spool where there is none.
        SpoolReader.Open(directory);
        if (!Directory.EnumerateFiles(directory, "*.seg").Any() && !File.Exists(Path.Combine(directory, "writer"))) throw new BadInputException($"{directory}: no spool is there; give the --spool folder of a process that ran");
        await using var spool = AuditSpool.Open(Keeping(directory), terminal.Time, NullLogger.Instance);
        using var shipper = new AuditShipper(spool, server with { ShutdownTimeout = TimeSpan.Zero }, terminal.Time, NullLogger.Instance);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var detail = "";
        var progress = new Progress(terminal, (settled, all) => $"{settled} of {all} documents settled", atEnd: true);
        var shipping = shipper.DrainAsync(stop.Token);
        var (settled, since) = (-1L, terminal.Time.GetTimestamp());
        while (!shipping.IsCompleted)
        {
            await Task.WhenAny(shipping, Task.Delay(Look, terminal.Time, stop.Token));
            var counts = spool.Metrics.Counts;
            if (counts.Accepted - counts.Pending > settled) (settled, since) = (counts.Accepted - counts.Pending, terminal.Time.GetTimestamp());
            progress.Report(settled, counts.Accepted);
            if (shipper.Status is { Detail.Length: > 0 } status) detail = status.Detail;
            if (terminal.Time.GetElapsedTime(since) >= wait) await stop.CancelAsync();
        }

        progress.Clear();
        await shipping;
        return (spool.Metrics.Counts, detail);
    }

    /// <summary>Nothing goes: whoever owns the folder deletes it when all is delivered.</summary>
    private static SpoolOptions Keeping(string directory) => new() { Directory = directory, HasShipper = true, MaxBytes = long.MaxValue, MaxAge = TimeSpan.FromDays(36_500), Keep = TimeSpan.FromDays(36_500) };
}
