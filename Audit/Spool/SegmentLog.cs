using Microsoft.Win32.SafeHandles;

namespace Coral.Audit.Spool;

/// <summary>What one sync has to bring to the disk.</summary>
internal readonly record struct SyncWork(SafeFileHandle[] Closed, SafeFileHandle Active, bool Folder, ulong UpTo);

/// <summary>
/// The segments of one life of the writer. Every member runs under the spool's lock; only the syncing itself (<see cref="Sync"/>) runs outside of it, so that appends go on meanwhile.
/// </summary>
internal sealed class SegmentLog : IDisposable
{
    private readonly SpoolOptions options;
    private readonly SpoolFiles files;
    private readonly WriterIdentity identity;
    private readonly TimeProvider time;
    private readonly List<SafeFileHandle> closed = [];
    private readonly long segmentBytes;
    private SafeFileHandle active;
    private FrameBuffer inFlight;
    private long closedBytes;
    private long offset;
    private bool folderChanged;
    private bool rollNext;

    public SegmentLog(SpoolOptions options, WriterIdentity identity, ulong next, List<Segment> segments, TimeProvider time)
    {
        this.options = options;
        this.identity = identity;
        this.time = time;
        files = options.Files;
        Segments = segments;
        Next = next;
        Synced = next - 1;
        // A small spool still needs several segments, or letting go of one would empty it.
        segmentBytes = Math.Min(options.SegmentBytes, Math.Max(options.MaxBytes / 8, 4096));
        closedBytes = segments.Sum(segment => segment.Length);
        var chunks = new FrameChunks();
        (Buffer, inFlight) = (new FrameBuffer(chunks), new FrameBuffer(chunks));
        active = Create(Segment.PathOf(options.Directory, next));
    }

    /// <summary>All segments in order; the last one is written to.</summary>
    public List<Segment> Segments { get; }

    /// <summary>The sequence that the next frame gets.</summary>
    public ulong Next { get; private set; }

    /// <summary>Up to which sequence all is on the disk.</summary>
    public ulong Synced { get; private set; }

    /// <summary>Where the next frame is encoded.</summary>
    public FrameBuffer Buffer { get; private set; }

    /// <summary>Why no frame is accepted until a sync succeeds, or null.</summary>
    public IOException? Broken { get; private set; }

    public int UnsyncedBytes => Buffer.Length + inFlight.Length;

    public long Bytes => closedBytes + offset;

    public DateTimeOffset ActiveSince => Segments[^1].Created;

    public bool ActiveIsEmpty => offset <= SegmentHeader.Bytes;

    /// <summary>Hands the frame that was encoded last to the operating system. When it throws, the frame is forgotten and nothing is accepted.</summary>
    public void Commit()
    {
        var frame = Buffer.Current;
        try
        {
            if (rollNext || (!ActiveIsEmpty && offset + frame.Length > segmentBytes)) Roll();
            // A write that failed half way is overwritten by the next one, because the offset stays.
            files.Write(active, frame, offset);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            Buffer.Abandon();
            // A full disk can be emptied; anything else may be a fault of this one file.
            rollNext |= !SpoolErrors.IsFull(error) && !ActiveIsEmpty;
            throw;
        }

        offset += frame.Length;
        Next++;
    }

    /// <summary>Closes the segment that is written to, so that it can be let go of later.</summary>
    public void Roll()
    {
        var next = Create(Segment.PathOf(options.Directory, Next));
        rollNext = false;
        closed.Add(active);
        active = next;
    }

    /// <summary>Forgets a segment that was closed.</summary>
    public void Remove(int index)
    {
        closedBytes -= Segments[index].Length;
        Segments.RemoveAt(index);
    }

    /// <summary>Takes what is not on the disk yet; null when nothing is to do. To be followed by <see cref="EndSync"/> or <see cref="Rescue"/>.</summary>
    public SyncWork? BeginSync()
    {
        if (Broken is null && Buffer.Length == 0 && closed.Count == 0 && !folderChanged) return null;
        if (Broken is null) (Buffer, inFlight) = (inFlight, Buffer);
        var work = new SyncWork(closed.Count == 0 ? [] : [.. closed], active, folderChanged, Next - 1);
        folderChanged = false;
        return work;
    }

    public void Sync(in SyncWork work)
    {
        foreach (var file in work.Closed) files.Sync(file);
        files.Sync(work.Active);
        if (work.Folder) files.SyncDirectory(options.Directory);
    }

    public void EndSync(in SyncWork work)
    {
        inFlight.Clear();
        Synced = work.UpTo;
        foreach (var file in work.Closed)
        {
            closed.Remove(file);
            file.Dispose();
        }
    }

    /// <summary>
    /// After a failed sync the kernel may have dropped the pages and would call the next sync of that file a success. So everything that is not known to be on the disk goes from memory
    /// into a new file. Returns whether that worked; if not, <see cref="Broken"/> says why.
    /// </summary>
    public bool Rescue(IOException cause)
    {
        var first = Synced + 1;
        var path = Segment.PathOf(options.Directory, first);
        SafeFileHandle? file = null;
        try
        {
            // By way of another name: the folder may hold a segment of that name whose pages are still good for a reader.
            file = files.Create(path + ".new");
            WriteHeader(file, first, out var created);
            long at = SegmentHeader.Bytes;
            foreach (var piece in inFlight.Written.Concat(Buffer.Written))
            {
                files.Write(file, piece.Span, at);
                at += piece.Length;
            }

            files.Sync(file);
            files.Move(path + ".new", path);
            files.SyncDirectory(options.Directory);
            foreach (var doubled in Segments.Where(segment => segment.First > first).ToList()) files.Delete(doubled.Path);
            Segments.RemoveAll(segment => segment.First >= first);
            if (Segments.Count > 0) Segments[^1] = Segments[^1].Load() ?? Segments[^1];
            closedBytes = Segments.Sum(segment => segment.Length);
            Segments.Add(new Segment(path, first) { Created = created });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            file?.Dispose();
            Broken = error as IOException ?? cause;
            return false;
        }

        foreach (var old in closed) old.Dispose();
        closed.Clear();
        active.Dispose();
        active = file;
        offset = SegmentHeader.Bytes + inFlight.Length + Buffer.Length;
        inFlight.Clear();
        Buffer.Clear();
        Synced = Next - 1;
        Broken = null;
        rollNext = false;
        return true;
    }

    public void Dispose()
    {
        foreach (var file in closed) file.Dispose();
        active.Dispose();
    }

    private SafeFileHandle Create(string path)
    {
        var file = files.Create(path);
        DateTimeOffset created;
        try
        {
            WriteHeader(file, Next, out created);
        }
        catch
        {
            file.Dispose();
            files.Delete(path);
            throw;
        }

        if (Segments.Count > 0 && active is not null)
        {
            Segments[^1] = Segments[^1] with { Length = offset };
            closedBytes += offset;
        }

        Segments.Add(new Segment(path, Next) { Created = created });
        offset = SegmentHeader.Bytes;
        folderChanged = true;
        return file;
    }

    private void WriteHeader(SafeFileHandle file, ulong first, out DateTimeOffset created)
    {
        created = time.GetUtcNow();
        Span<byte> header = stackalloc byte[SegmentHeader.Bytes];
        new SegmentHeader(identity.Writer, identity.Epoch, first, created, Synced).Write(header);
        files.Write(file, header, 0);
    }
}
