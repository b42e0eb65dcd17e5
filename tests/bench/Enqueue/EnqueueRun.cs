using System.Diagnostics;
using System.Globalization;
using Coral.Audit.Events;
using Coral.Audit.Shipping;
using Coral.Audit.Spool;
using Coral.Bench.Inputs;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Bench.Enqueue;

/// <summary>
/// Writers that put decisions into a spool, as fast as it takes them or at a given pace, each latency measured from the call to its return or, with <c>always</c>, to the end of the sync. With a search server everything is shipped
/// at the same time.
/// </summary>
internal sealed class EnqueueRun(string folder, SpoolSync sync, TimeSpan length, int writers, int rate, Uri? search)
{
    /// <summary>So many different documents, made before the measurement.</summary>
    private const int Documents = 4096;

    /// <summary>The shortest that a timer can; how late it comes is part of the latency.</summary>
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    private readonly LatencyCounts all = new();
    private DecisionEvent[] decisions = [];
    private long refused;

    internal async Task<int> PrintAsync(TextWriter output)
    {
        decisions = [.. DecisionSpool.Decisions(Documents, requests: false)];
        await using var spool = AuditSpool.Open(new SpoolOptions { Directory = folder, Sync = sync, MaxBytes = 8L << 30, HasShipper = search is not null }, TimeProvider.System, NullLogger.Instance);
        using var stop = new CancellationTokenSource();
        using var shipper = search is null ? null : new AuditShipper(spool, new ShipperOptions { Url = search, ShutdownTimeout = TimeSpan.Zero }, TimeProvider.System, NullLogger.Instance);
        var shipping = shipper?.RunAsync(stop.Token) ?? Task.CompletedTask;
        await RunAsync(spool, TimeSpan.FromSeconds(1), new LatencyCounts());
        GC.Collect();
        var baseline = ResidentMemory.Now;
        ResidentMemory.ForgetPeak();
        var (first, synced, bytes, cpu, began) = (spool.LastSequence, spool.Metrics.SyncSeconds.Read().Buckets[^1].Count, spool.Bytes, Environment.CpuUsage.TotalTime, Stopwatch.GetTimestamp());
        refused = 0;
        await RunAsync(spool, length, all);
        var took = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var accepted = spool.LastSequence - first;
        var peak = ResidentMemory.Peak;
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"  {sync,-8} {writers,7} {accepted / took,10:0}/s {(spool.Bytes - bytes) / took / 1e6,7:0} MB/s {all.Quantile(0.5).TotalMilliseconds,9:0.000} {all.Quantile(0.99).TotalMilliseconds,9:0.000} {all.Quantile(0.999).TotalMilliseconds,9:0.000} {all.Longest.TotalMilliseconds,9:0.0} ms {(spool.Metrics.SyncSeconds.Read().Buckets[^1].Count - synced) / took,6:0} {(Environment.CpuUsage.TotalTime - cpu).TotalSeconds / took,5:0.00} {refused,8} {(baseline >> 20),6} {(peak - baseline) / 1048576.0,8:0.0} MiB {spool.Metrics.Counts.Indexed,9}"));
        await stop.CancelAsync();
        await shipping;
        return 0;
    }

    private async Task RunAsync(AuditSpool spool, TimeSpan time, LatencyCounts into)
    {
        var end = Stopwatch.GetTimestamp() + (long)(time.TotalSeconds * Stopwatch.Frequency);
        var counts = Enumerable.Range(0, writers).Select(_ => new LatencyCounts()).ToArray();
        await Task.WhenAll(counts.Select((own, writer) => Task.Factory.StartNew(() => WriteAsync(spool, own, writer, end), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default).Unwrap()));
        foreach (var own in counts) into.Add(own);
    }

    private async Task WriteAsync(AuditSpool spool, LatencyCounts own, int writer, long end)
    {
        // Each writer has its part of the pace; who is late catches up, and its lateness counts as latency (no coordinated omission).
        var (pace, due) = (rate == 0 ? 0 : (double)Stopwatch.Frequency * writers / rate, (double)Stopwatch.GetTimestamp());
        for (var number = writer; ; number += writers)
        {
            var now = Stopwatch.GetTimestamp();
            if (now >= end) return;
            if (pace > 0)
            {
                due += pace;
                while (due > Stopwatch.GetTimestamp()) await Task.Delay(Pause, TimeProvider.System);
            }

            var began = pace > 0 ? (long)due : now;
            try
            {
                var appended = spool.AppendAsync(decisions[number % Documents]);
                if (!appended.IsCompleted) await appended;
                own.Add(began);
            }
            catch (SpoolUnavailableException)
            {
                Interlocked.Increment(ref refused);
                await Task.Delay(Pause, TimeProvider.System);
            }
        }
    }
}
