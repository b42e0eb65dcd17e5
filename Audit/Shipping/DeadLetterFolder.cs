using Coral.Audit.Spool;
using Microsoft.Win32.SafeHandles;

namespace Coral.Audit.Shipping;

/// <summary>
/// Documents that the server refused for good, as frames in the folder <c>deadletter</c> of the spool: <see cref="SpoolReader"/> reads it too. A document stands there once, however often it was refused.
/// Not thread safe.
/// </summary>
internal sealed class DeadLetterFolder(string spoolDirectory, WriterIdentity identity, SpoolFiles files, long maxBytes, TimeProvider time) : IDisposable
{
    public const string Name = "deadletter";

    private readonly string directory = Path.Combine(spoolDirectory, Name);
    private HashSet<string>? known;
    private SafeFileHandle? file;
    private long offset;
    private long bytes;

    /// <summary>Returns when all are on the disk. Throws <see cref="SpoolUnavailableException"/> when the folder is full or can't be written.</summary>
    public void Write(IEnumerable<ShipItem> items)
    {
        var added = new List<string>();
        try
        {
            known ??= Load();
            foreach (var item in items)
            {
                var id = item.Frame.Id;
                if (known.Contains(id)) continue;
                Append(item.Frame);
                added.Add(id);
            }

            if (added.Count > 0) files.Sync(file!);
            known.UnionWith(added);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // After a failed sync nothing in the file can be trusted: the next try begins another one and writes all of it again.
            file?.Dispose();
            file = null;
            throw SpoolErrors.Describe(directory, error);
        }
    }

    public void Dispose() => file?.Dispose();

    private HashSet<string> Load()
    {
        Directory.CreateDirectory(directory);
        files.SyncDirectory(spoolDirectory);
        bytes = Segment.List(directory).Sum(segment => new FileInfo(segment.Path).Length);
        return [.. SpoolReader.Open(directory).Forward().Select(frame => frame.Id)];
    }

    private void Append(SpoolFrame source)
    {
        var frame = source.Raw.ToArray();
        if (bytes + frame.Length > maxBytes)
            throw new SpoolUnavailableException($"{directory}: {maxBytes} bytes of refused documents are kept and no more fit; look into them, then move them away.");
        Frame.Seal(frame, source.Sequence, source.Kinds | SpoolFrameKinds.DeadLetter, source.IdBytes.Length, source.StreamBytes.Length);
        file ??= Begin(source.Sequence);
        files.Write(file, frame, offset);
        offset += frame.Length;
        bytes += frame.Length;
    }

    private SafeFileHandle Begin(ulong first)
    {
        var name = first;
        while (File.Exists(Segment.PathOf(directory, name))) name++;
        var begun = files.Create(Segment.PathOf(directory, name));
        Span<byte> header = stackalloc byte[SegmentHeader.Bytes];
        new SegmentHeader(identity.Writer, identity.Epoch, first, time.GetUtcNow()).Write(header);
        files.Write(begun, header, 0);
        files.SyncDirectory(directory);
        offset = SegmentHeader.Bytes;
        return begun;
    }
}
