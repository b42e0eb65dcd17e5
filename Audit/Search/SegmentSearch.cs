using System.Buffers;
using System.Threading.Channels;
using Coral.Audit.Spool;

namespace Coral.Audit.Search;

/// <summary>A document of a segment that is wanted, or null for one that is none.</summary>
internal readonly record struct Found(ulong Sequence, bool IsDeadLetter, AuditRecord? Record);

/// <summary>
/// Looks through one segment, newest document first, ahead of who wants the results: it holds a bounded number of them, and beside them the bytes of the segment until it is done.
/// </summary>
internal sealed class SegmentSearch
{
    private const int Ahead = 256;

    private readonly Channel<Found> found = Channel.CreateBounded<Found>(new BoundedChannelOptions(Ahead) { SingleReader = true, SingleWriter = true });

    private SegmentSearch()
    {
    }

    /// <summary>What was found, newest first. Ends with the error of a segment that can't be read.</summary>
    public ChannelReader<Found> Results => found.Reader;

    /// <summary>Completes when no more is read; it never fails. The lowest number that stands in the segment: what an older one has from it on was written again here.</summary>
    public Task<ulong> Ended { get; private set; } = null!;

    public static SegmentSearch Start(string path, DocumentFilter filter, CancellationToken stop)
    {
        var search = new SegmentSearch();
        search.Ended = Task.Run(() => search.RunAsync(path, filter, stop), CancellationToken.None);
        return search;
    }

    private async Task<ulong> RunAsync(string path, DocumentFilter filter, CancellationToken stop)
    {
        var bound = ulong.MaxValue;
        byte[]? rented = null;
        Exception? failure = null;
        try
        {
            var scan = SegmentScan.Read(path, size => rented = ArrayPool<byte>.Shared.Rent(size));
            for (var at = scan.Frames.Count - 1; at >= 0; at--)
            {
                stop.ThrowIfCancellationRequested();
                var frame = scan[at];
                var isDeadLetter = frame.Kinds.HasFlag(SpoolFrameKinds.DeadLetter);
                // Frames that were written again stand in the old place too.
                if (!isDeadLetter && frame.Sequence >= bound) continue;
                if (!isDeadLetter) bound = frame.Sequence;
                var record = filter.Match(frame.Document, out var unreadable);
                if (record is null && !unreadable) continue;
                var item = new Found(frame.Sequence, isDeadLetter, record);
                if (!found.Writer.TryWrite(item)) await found.Writer.WriteAsync(item, stop);
            }
        }
        catch (FileNotFoundException)
        {
            // The ring let go of it.
        }
        catch (Exception error)
        {
            failure = error;
        }
        finally
        {
            if (rented is not null) ArrayPool<byte>.Shared.Return(rented);
        }

        found.Writer.Complete(failure);
        return bound;
    }
}
