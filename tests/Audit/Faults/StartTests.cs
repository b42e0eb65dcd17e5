using System.Globalization;
using System.Text;
using Coral.Audit.Spool;
using Coral.Audit.Tests.Shipping;
using Microsoft.Extensions.Logging.Abstractions;
using Xunit.Abstractions;

namespace Coral.Audit.Tests.Faults;

/// <summary>A start on a spool that was not shipped for long.</summary>
public sealed class StartTests(ITestOutputHelper log)
{
    private const int SegmentBytes = 4 * 1024 * 1024;

    private static readonly long Pending = long.TryParse(Environment.GetEnvironmentVariable("CORAL_PENDING_MIB"), CultureInfo.InvariantCulture, out var wanted) ? wanted * 1024 * 1024 : (10 * SegmentBytes) - (SegmentBytes / 2);

    [Fact]
    public async Task Case_15_a_start_reads_only_what_the_last_life_may_not_have_synced_however_much_is_pending()
    {
        await using var scene = await ShippingScene.StartAsync(special: options => options with { MaxBytes = long.MaxValue });
        await scene.Spool.DisposeAsync();
        var documents = await FillAsync(scene.Folder);
        // Nobody could say so after a kill.
        File.Delete(Path.Combine(scene.Folder, "synced"));
        var (kill, afterKill) = await OpenAsync(scene.Folder);
        var (peace, inPeace) = await OpenAsync(scene.Folder);
        Assert.InRange(inPeace, 0, 512 * 1024);
        // Room for one segment, that grew once at most, and little for the list of all.
        Assert.InRange(afterKill, 512 * 1024, (2 * SegmentBytes) + (512 * 1024));

        var began = TimeProvider.System.GetTimestamp();
        scene.Reopen();
        // Accepted while all the others wait.
        Assert.Equal((ulong)documents + 1, scene.Spool.Append(Samples.Decision(0)).Sequence);
        var append = TimeProvider.System.GetElapsedTime(began);
        Assert.Equal(documents + 1, scene.Counts.Pending);
        var shipper = scene.Shipper();
        using var stop = new CancellationTokenSource();
        var running = shipper.RunAsync(stop.Token);
        await Wait.Until(() => scene.Counts.Indexed > 0, "the first document is shipped");
        var shipped = TimeProvider.System.GetElapsedTime(began);
        await stop.CancelAsync();
        await running;
        log.WriteLine(string.Create(CultureInfo.InvariantCulture, $"""
            {Pending >> 20} MiB pending, {documents} documents: opened in {peace.TotalMilliseconds:0} ms after an end in peace ({inPeace >> 10} KiB of memory), in {kill.TotalMilliseconds:0} ms after a kill ({afterKill >> 10} KiB);
            from the start to the first append {append.TotalMilliseconds:0} ms, to the first shipped document {shipped.TotalMilliseconds:0} ms
            """));
    }

    private static async Task<int> FillAsync(string folder)
    {
        var request = Encoding.UTF8.GetBytes($"\"{new string('x', 8000)}\"");
        var count = 0;
        await using var spool = Open(folder);
        while (spool.Bytes < Pending)
        {
            // The disk may be slower than this loop.
            await spool.AppendAsync(Samples.Full(++count) with { Request = request }, durable: count % 500 == 0);
        }

        return count;
    }

    private static async Task<(TimeSpan Took, long Memory)> OpenAsync(string folder)
    {
        var (began, memory) = (TimeProvider.System.GetTimestamp(), GC.GetAllocatedBytesForCurrentThread());
        var spool = Open(folder);
        var took = (TimeProvider.System.GetElapsedTime(began), GC.GetAllocatedBytesForCurrentThread() - memory);
        await spool.DisposeAsync();
        return took;
    }

    private static AuditSpool Open(string folder) =>
        AuditSpool.Open(new SpoolOptions { Directory = folder, HasShipper = true, SegmentBytes = SegmentBytes, MaxBytes = long.MaxValue }, TimeProvider.System, NullLogger.Instance);
}
