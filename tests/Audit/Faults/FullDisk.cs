using Coral.Audit.Spool;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Audit.Tests.Faults;

/// <summary>The process that lives on a file system that is really full: its mount is seen by nobody else, so the test starts it and reads what it says.</summary>
internal static class FullDisk
{
    public const string Verb = "full-disk";

    private const int More = 20;

    public static async Task<int> RunAsync(string mount)
    {
        var ballast = Path.Combine(mount, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[200_000]);
        var shipped = new SpoolOptions { Directory = Path.Combine(mount, "shipped"), HasShipper = true, SegmentBytes = 64 * 1024 };
        var accepted = 0;
        await using (var spool = AuditSpool.Open(shipped, TimeProvider.System, NullLogger.Instance))
        {
            Console.WriteLine($"refused: {Fill(spool, ref accepted)}");
            File.Delete(ballast);
            for (var i = 0; i < More; i++, accepted++) await spool.AppendAsync(Samples.Decision(i), durable: true);
            Fill(spool, ref accepted);
        }

        Console.WriteLine($"lost: {accepted - SpoolReader.Open(shipped.Directory).Forward().Count(frame => frame.Kinds == SpoolFrameKinds.None)} of {(accepted > 3 * More ? "many" : "few")}");
        Directory.Delete(shipped.Directory, recursive: true);

        await using var ring = AuditSpool.Open(shipped with { Directory = Path.Combine(mount, "ring"), HasShipper = false }, TimeProvider.System, NullLogger.Instance);
        for (var i = 0; i < 5000; i++) ring.Append(Samples.Decision(i));
        var counts = ring.Metrics.Counts;
        Console.WriteLine($"ring: refused {counts.Refused}, {(counts.Expired > 1000 ? "let go of many" : "let go of few")}");
        return 0;
    }

    private static string Fill(AuditSpool spool, ref int accepted)
    {
        try
        {
            for (; ; accepted++) spool.Append(Samples.Decision(accepted));
        }
        catch (SpoolUnavailableException error)
        {
            return error.Message;
        }
    }
}
