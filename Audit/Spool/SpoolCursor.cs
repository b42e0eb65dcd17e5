using Microsoft.Win32.SafeHandles;

namespace Coral.Audit.Spool;

/// <summary>
/// Goes through a spool in the order of the sequence while it may still be written. It takes no lock. A torn end is "nothing there yet"; damage that sound frames follow is stepped over and counted.
/// Throws <see cref="IOException"/> while the disk can't be read and goes on where it was when it can. Not thread safe.
/// </summary>
internal sealed class SpoolCursor(string directory, ulong after, SpoolFiles? files = null) : IDisposable
{
    private const int WindowBytes = 256 * 1024;
    private const int KeptBytes = 1024 * 1024;

    private readonly SpoolFiles files = files ?? new SpoolFiles();
    private byte[] window = new byte[WindowBytes];
    private int start;
    private int end;
    private long fileOffset;
    private Segment? segment;
    private SafeFileHandle? file;
    private bool lastLook;

    /// <summary>The sequence that was handed out last.</summary>
    public ulong Position { get; private set; } = after;

    /// <summary>How many sequences are missing between the frames that were handed out.</summary>
    public ulong Missing { get; private set; }

    /// <summary>How many of the missing are numbered below the first of the file in which the next was found: their files went.</summary>
    public ulong Absent { get; private set; }

    /// <summary>The next frame; its memory is good until the next call. False at the end for now.</summary>
    public bool TryRead(out SpoolFrame frame)
    {
        frame = default;
        while (true)
        {
            if (file is null && !OpenNext()) return false;
            var state = Frame.Read(window.AsSpan(start, end - start), out var length);
            if (state == FrameState.Complete)
            {
                frame = new SpoolFrame(window.AsMemory(start, length));
                start += length;
                // A dead-letter folder has no order that could tell what was read already, nor gaps that mean anything.
                if (frame.Kinds.HasFlag(SpoolFrameKinds.DeadLetter)) return true;
                var sequence = frame.Sequence;
                // Frames that were rescued into a new segment stand in the old one too.
                if (sequence <= Position) continue;
                Missing += sequence - Position - 1;
                if (segment!.First > Position + 1) Absent += segment.First - Position - 1;
                Position = sequence;
                lastLook = false;
                return true;
            }

            if (Fill()) continue;
            if (Resynchronise()) continue;
            if (!NextIsThere())
            {
                if (!WasReplaced()) return false;
                Close();
                segment = null;
                continue;
            }

            if (!lastLook)
            {
                // The writer ends a segment before it begins the next, so one more look sees all of it.
                lastLook = true;
                end = start;
                continue;
            }

            Close();
        }
    }

    public void Dispose() => Close();

    /// <summary>Reads on after the window; false at the end of the file.</summary>
    private bool Fill()
    {
        if (start > 0)
        {
            window.AsSpan(start, end - start).CopyTo(window);
            fileOffset += start;
            (start, end) = (0, end - start);
        }

        if (end == window.Length) Array.Resize(ref window, window.Length * 2);
        var read = files.Read(file!, window.AsSpan(end), fileOffset + end);
        end += read;
        return read > 0;
    }

    /// <summary>All of the file is in the window from <c>start</c> on, and it doesn't begin with a frame: finds the next one. Otherwise forgets the rest, to read it anew next time.</summary>
    private bool Resynchronise()
    {
        // Bytes may have been read while they were written.
        var bytes = end - start;
        end = start + files.Read(file!, window.AsSpan(start, bytes), fileOffset + start);
        if (Frame.Read(window.AsSpan(start, end - start), out _) == FrameState.Complete) return true;
        var next = Frame.FindNext(window.AsSpan(start, end - start), 1);
        if (next >= 0)
        {
            start += next;
            return true;
        }

        end = start;
        return false;
    }

    private bool NextIsThere() => Segment.List(directory).Exists(candidate => candidate.First > segment!.First);

    /// <summary>After a failed sync the writer puts its last frames into a new file, which may take the place of ours or of an earlier one.</summary>
    private bool WasReplaced()
    {
        var now = new FileInfo(segment!.Path);
        return !now.Exists ? Segment.List(directory).Count > 0 : now.Length > RandomAccess.GetLength(file!);
    }

    private bool OpenNext()
    {
        while (true)
        {
            var all = Segment.List(directory);
            var next = segment is null ? all.FindLast(candidate => candidate.First <= Position + 1) ?? all.FirstOrDefault() : all.Find(candidate => candidate.First > segment.First);
            if (next is null) return false;
            try
            {
                file = next.Open();
            }
            catch (FileNotFoundException)
            {
                // It went between the listing and now: look again.
                continue;
            }

            segment = next;
            fileOffset = SegmentHeader.Bytes;
            start = end = 0;
            // What damage or a large document took.
            if (window.Length > KeptBytes) window = new byte[WindowBytes];
            lastLook = false;
            return true;
        }
    }

    private void Close()
    {
        file?.Dispose();
        file = null;
    }
}
