using Coral.Audit.Spool;
using Microsoft.Win32.SafeHandles;

namespace Coral.Audit.Shipping;

/// <summary>
/// Documents that the server refused for good, as frames in the folder <c>deadletter</c> of the spool: <see cref="SpoolReader"/> reads it too. A document stands there once, however often it was refused.
/// Another process may take documents out at any time (<see cref="DeadLetters"/>), so what is known of the folder holds only while nobody else has changed it. Not thread safe.
/// </summary>
internal sealed class DeadLetterFolder(string spoolDirectory, WriterIdentity identity, SpoolFiles files, long maxBytes, TimeProvider time) : IDisposable
{
    public const string Name = "deadletter";

    private readonly string directory = Path.Combine(spoolDirectory, Name);
    private HashSet<string> known = [];
    private List<(string Path, long Length)>? left;
    private SafeFileHandle? file;
    private long offset;
    private long bytes;

    /// <summary>Returns when all are on the disk. Throws <see cref="SpoolUnavailableException"/> when the folder is full, can't be written or is being changed by another process.</summary>
    public void Write(IReadOnlyCollection<ShipItem> items)
    {
        if (items.Count == 0) return;
        try
        {
            Directory.CreateDirectory(directory);
            using var held = FolderLock.Take(directory);
            Look();
            Add([.. items.Where(item => !known.Contains(item.Frame.Id)).DistinctBy(item => item.Frame.Id)]);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw SpoolErrors.Describe(directory, error);
        }
    }

    public void Dispose() => file?.Dispose();

    private void Look()
    {
        if (left is not null && left.SequenceEqual(Contents())) return;
        Close();
        files.SyncDirectory(spoolDirectory);
        left = Contents();
        bytes = left.Sum(segment => segment.Length);
        known = [.. SpoolReader.Open(directory).Forward().Select(frame => frame.Id)];
    }

    private void Add(List<ShipItem> items)
    {
        if (items.Count == 0) return;
        if (bytes + items.Sum(item => (long)item.Frame.Raw.Length) > maxBytes)
            throw new SpoolUnavailableException($"{directory}: {maxBytes} bytes of refused documents are kept and no more fit; see coral audit deadletter list, mend what the server refuses, and replay them.");
        try
        {
            // First, so that none stands there without its reason.
            RefusalLog.Append(directory, files, items.Select(item => new Refusal(item.Frame.Id, time.GetUtcNow(), item.DeadReason ?? "")));
            foreach (var item in items) Append(item.Frame);
            files.Sync(file!);
            known.UnionWith(items.Select(item => item.Frame.Id));
        }
        catch
        {
            // After a failed sync nothing in the file can be trusted: the next try begins another one and writes all of it again.
            Close();
            throw;
        }
        finally
        {
            left = Contents();
        }
    }

    private void Close()
    {
        file?.Dispose();
        file = null;
    }

    private List<(string Path, long Length)> Contents() => [.. Segment.List(directory).Select(segment => (segment.Path, new FileInfo(segment.Path).Length))];

    private void Append(SpoolFrame source)
    {
        var frame = source.Raw.ToArray();
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
