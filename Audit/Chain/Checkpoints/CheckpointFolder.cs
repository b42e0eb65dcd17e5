using System.Collections.Immutable;
using Coral.Audit.Spool;

namespace Coral.Audit.Chain.Checkpoints;

/// <summary>The folder of <c>--checkpoint-dir</c>: for each writer a file, to which lines are only appended, each synced.</summary>
public sealed class CheckpointFolder : ICheckpointPlace
{
    private const string Suffix = ".checkpoints";

    private readonly string folder;
    private readonly SpoolFiles files;

    /// <summary>Makes no folder and no file until the first checkpoint.</summary>
    public CheckpointFolder(string folder)
        : this(folder, new SpoolFiles())
    {
    }

    internal CheckpointFolder(string folder, SpoolFiles files)
    {
        this.folder = folder;
        this.files = files;
    }

    /// <inheritdoc/>
    public string Name => folder;

    /// <inheritdoc/>
    public Task StoreAsync(ImmutableArray<SignedCheckpoint> checkpoints, CancellationToken cancel)
    {
        if (checkpoints.IsEmpty) return Task.CompletedTask;
        Directory.CreateDirectory(folder);
        var path = PathOf(folder, checkpoints[0].Statement.Writer);
        var isNew = !File.Exists(path);
        using (var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read))
        {
            var end = RandomAccess.GetLength(file);
            // What a crash cut off must not spoil the line that follows it.
            byte[] line = EndsWhole(file, end) ? [] : [(byte)'\n'];
            files.Write(file, [.. line, .. CheckpointLines.Write(checkpoints)], end);
            files.Sync(file);
        }

        if (isNew) files.SyncDirectory(folder);
        return Task.CompletedTask;
    }

    /// <summary>The checkpoints of a folder, or of one of its files, in the order of the files' names and their lines.</summary>
    /// <exception cref="IOException">There is no such folder or file, or it can't be read.</exception>
    public static SecondPlace Read(string path)
    {
        var place = new SecondPlace(path);
        string[] parts = Directory.Exists(path) ? Directory.GetFiles(path, "*" + Suffix) : [path];
        foreach (var file in parts.Order(StringComparer.Ordinal))
        {
            var text = File.ReadAllText(file);
            // The last line may be under way or torn.
            place.Add(Path.GetFileName(file), CheckpointLines.Read(text[..(text.LastIndexOf('\n') + 1)]));
        }

        return place;
    }

    internal static string PathOf(string folder, ulong writer) => Path.Combine(folder, $"{writer:x16}{Suffix}");

    private static bool EndsWhole(Microsoft.Win32.SafeHandles.SafeFileHandle file, long end)
    {
        Span<byte> last = stackalloc byte[1];
        return end == 0 || (RandomAccess.Read(file, last, end - 1) == 1 && last[0] == '\n');
    }
}
