namespace Coral.Audit.Spool;

/// <summary>
/// Reads a spool or its <c>deadletter</c> folder without a lock, from any process, while it is written or after its writer died. Torn ends and damage are stepped over.
/// The frames own their memory. Throws <see cref="SpoolUnavailableException"/> for a format of a newer program and <see cref="IOException"/> for a disk that can't be read. Thread safe.
/// </summary>
public sealed class SpoolReader
{
    private readonly string directory;

    private SpoolReader(string directory) => this.directory = directory;

    /// <summary>Throws <see cref="DirectoryNotFoundException"/> when there is no such folder.</summary>
    public static SpoolReader Open(string directory) => Directory.Exists(directory)
        ? new SpoolReader(directory)
        : throw NoFolder(directory);

    internal static DirectoryNotFoundException NoFolder(string directory) => new($"{directory}: no such folder; give the --spool folder of a process that runs or ran.");

    /// <summary>The frames numbered above <paramref name="after"/>, oldest first, as far as there are any now.</summary>
    public IEnumerable<SpoolFrame> Forward(ulong after = 0)
    {
        using var cursor = new SpoolCursor(directory, after);
        while (cursor.TryRead(out var frame)) yield return new SpoolFrame(frame.Raw.ToArray());
    }

    /// <summary>All frames, newest first. Segments that were closed before <paramref name="since"/> are left out whole; they may hold no younger document.</summary>
    public IEnumerable<SpoolFrame> Backward(DateTimeOffset since = default)
    {
        var segments = Segment.List(directory);
        var bound = ulong.MaxValue;
        for (var i = segments.Count - 1; i >= 0; i--)
        {
            SegmentScan scan;
            try
            {
                scan = SegmentScan.Read(segments[i].Path);
            }
            catch (FileNotFoundException)
            {
                continue;
            }

            for (var at = scan.Frames.Count - 1; at >= 0; at--)
            {
                var frame = scan[at];
                if (!frame.Kinds.HasFlag(SpoolFrameKinds.DeadLetter))
                {
                    // Frames that were rescued into a new segment stand in the old one too.
                    if (frame.Sequence >= bound) continue;
                    bound = frame.Sequence;
                }

                yield return frame;
            }

            if (segments[i].Load() is { } loaded && loaded.Created < since) yield break;
        }
    }
}
