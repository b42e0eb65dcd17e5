using System.Globalization;
using Coral.Audit.Shipping;
using Coral.Audit.Spool;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Audit.Tests.Faults;

/// <summary>The process that <see cref="CrashTests"/> kills: it appends from two threads, tells each id after it was accepted, and ships all the while. It never ends by itself, except when nobody listens any more.</summary>
internal static class CrashedWriter
{
    /// <summary>What is told before the spool is opened; the id of the first document comes after.</summary>
    public const string Opening = "opening";

    private static readonly Lock Telling = new();

    public static async Task<int> Main(string[] args)
    {
        if (args is ["log", .. var rest]) return await Logging.CrashedLogger.RunAsync(rest);
        if (args is [FullDisk.Verb, var mount]) return await FullDisk.RunAsync(mount);
        if (args is not [var folder, var url, var many] || !int.TryParse(many, CultureInfo.InvariantCulture, out var count)) return 2;
        await using var output = new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true };
        await output.WriteLineAsync(Opening);
        await using var spool = AuditSpool.Open(new SpoolOptions { Directory = folder, HasShipper = true, SegmentBytes = 32 * 1024 }, TimeProvider.System, NullLogger.Instance);
        var shipping = new ShipperOptions { Url = new Uri(url), Linger = TimeSpan.FromMilliseconds(1), BatchDocuments = 20, QuietTime = TimeSpan.FromMilliseconds(1), BackoffFirst = TimeSpan.FromMilliseconds(1), BackoffMax = TimeSpan.FromMilliseconds(20) };
        using var shipper = new AuditShipper(spool, shipping, TimeProvider.System, NullLogger.Instance);
        var running = shipper.RunAsync(CancellationToken.None);
        await Task.WhenAll(Task.Run(() => AppendAsync(spool, output, count, durable: false)), Task.Run(() => AppendAsync(spool, output, count, durable: true)));
        // An orphan must not stay.
        while (await Console.In.ReadLineAsync() is not null) continue;
        _ = running;
        return 0;
    }

    private static async Task AppendAsync(AuditSpool spool, StreamWriter output, int count, bool durable)
    {
        for (var i = 1; i <= count; i++)
        {
            var receipt = await spool.AppendAsync(Samples.Decision(i), durable: durable && i % 8 == 0);
            lock (Telling) output.WriteLine(receipt.Id);
        }
    }
}
