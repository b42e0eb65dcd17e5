using System.Globalization;
using Microsoft.Win32.SafeHandles;

namespace Coral.Audit.Spool;

/// <summary>One file of a spool; its name is the sequence of its first frame in 20 digits.</summary>
internal sealed record Segment(string Path, ulong First)
{
    private const string Suffix = ".seg";

    public DateTimeOffset Created { get; init; }

    public long Length { get; init; }

    /// <summary>Its header, when it was loaded and is sound.</summary>
    public SegmentHeader? Header { get; init; }

    public static string PathOf(string directory, ulong first) =>
        System.IO.Path.Combine(directory, first.ToString("D20", CultureInfo.InvariantCulture) + Suffix);

    /// <summary>All segments in their order. A folder that is not there has none.</summary>
    public static List<Segment> List(string directory)
    {
        var found = new List<Segment>();
        if (!Directory.Exists(directory)) return found;
        foreach (var path in Directory.EnumerateFiles(directory, "*" + Suffix))
        {
            var name = System.IO.Path.GetFileNameWithoutExtension(path);
            if (name.Length == 20 && ulong.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var first)) found.Add(new Segment(path, first));
        }

        found.Sort((left, right) => left.First.CompareTo(right.First));
        return found;
    }

    /// <summary>The segment with its header and length read, or null when it was deleted meanwhile.</summary>
    public Segment? Load()
    {
        try
        {
            using var file = OpenForReading(Path);
            var header = ReadHeader(file);
            // Where it is damaged the file system's time is the next best.
            return this with { Header = header, Created = header?.Created ?? File.GetLastWriteTimeUtc(Path), Length = RandomAccess.GetLength(file) };
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Opens it when this program knows its format. Throws <see cref="FileNotFoundException"/> when it was deleted meanwhile.</summary>
    public SafeFileHandle Open()
    {
        var file = OpenForReading(Path);
        try
        {
            _ = ReadHeader(file);
            return file;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Opens in a way that the writer is never in the way of readers nor they of it.</summary>
    public static SafeFileHandle OpenForReading(string path) => File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    private SegmentHeader? ReadHeader(SafeFileHandle file)
    {
        Span<byte> bytes = stackalloc byte[SegmentHeader.Bytes];
        return SegmentHeader.Read(bytes[..RandomAccess.Read(file, bytes, 0)], Path);
    }
}
