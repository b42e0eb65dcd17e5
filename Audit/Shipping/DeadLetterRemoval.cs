using Coral.Audit.Spool;
using Microsoft.Win32.SafeHandles;

namespace Coral.Audit.Shipping;

/// <summary>Takes documents out of a dead-letter folder. A crash in between leaves some that are in the server too; whoever replays them finds that out.</summary>
internal static class DeadLetterRemoval
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    /// <summary>Throws <see cref="SpoolUnavailableException"/> when the folder can't be written.</summary>
    /// <param name="directory">The folder.</param>
    /// <param name="gone">The ids of what the server has.</param>
    /// <param name="refused">The newer reasons of what stays.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancel">Ends the waiting for another process.</param>
    public static async Task RunAsync(string directory, IReadOnlySet<string> gone, IReadOnlyDictionary<string, string> refused, TimeProvider time, CancellationToken cancel)
    {
        if (gone.Count == 0 && refused.Count == 0) return;
        var files = new SpoolFiles();
        using var held = await TakeAsync(directory, time, cancel);
        try
        {
            foreach (var segment in Segment.List(directory)) Rewrite(segment.Path, gone, files);
            files.SyncDirectory(directory);
            var reasons = RefusalLog.Read(directory);
            foreach (var (id, reason) in refused) reasons[id] = new Refusal(id, time.GetUtcNow(), reason);
            RefusalLog.Replace(directory, files, [.. reasons.Values.Where(refusal => !gone.Contains(refusal.Id))]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw SpoolErrors.Describe(directory, error);
        }
    }

    private static void Rewrite(string path, IReadOnlySet<string> gone, SpoolFiles files)
    {
        var bytes = File.ReadAllBytes(path);
        var scan = SegmentScan.Of(bytes);
        using var left = new MemoryStream(bytes.Length);
        var from = 0;
        for (var at = 0; at < scan.Frames.Count; at++)
        {
            if (!gone.Contains(scan[at].Id)) continue;
            var (offset, length) = scan.Frames[at];
            // What is damaged in between stays: nobody has seen what it says.
            left.Write(bytes, from, offset - from);
            from = offset + length;
        }

        if (from == 0) return;
        left.Write(bytes, from, bytes.Length - from);
        if (left.Length > SegmentHeader.Bytes) files.Replace(path, left.GetBuffer().AsSpan(0, (int)left.Length));
        else files.Delete(path);
    }

    private static async Task<SafeFileHandle> TakeAsync(string directory, TimeProvider time, CancellationToken cancel)
    {
        for (var began = time.GetTimestamp(); ;)
        {
            try
            {
                return FolderLock.Take(directory);
            }
            catch (SpoolUnavailableException) when (time.GetElapsedTime(began) < Patience)
            {
                await Task.Delay(Pause, time, cancel);
            }
        }
    }
}
