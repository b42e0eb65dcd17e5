using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Coral.Audit.Spool;

/// <summary>The few things that a spool asks of the file system. Tests put failing disks in its place.</summary>
internal partial class SpoolFiles
{
    private const int OpenDirectory = 0x10000;
    private const int CloseOnExec = 0x80000;
    private const int NotPermitted = 1;
    private const int NoAccess = 13;
    private const int InvalidArgument = 22;

    /// <summary>Makes a folder, and those above it, when they are absent. Their entries are durable then, also where an earlier process made the folder and was killed before it synced.</summary>
    public void CreateFolder(string path)
    {
        path = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        if (Path.GetDirectoryName(path) is not { } parent) return;
        if (!Directory.Exists(path))
        {
            CreateFolder(parent);
            MakeFolder(path);
        }

        try
        {
            SyncDirectory(parent);
        }
        catch (IOException error) when (error.HResult is NotPermitted or NoAccess or SpoolErrors.ReadOnly)
        {
            // A folder that may be walked through but not read can't be synced, and where nothing can be written nothing is new.
        }
    }

    /// <summary>Makes one folder; no harm when it is there.</summary>
    protected virtual void MakeFolder(string path) => Directory.CreateDirectory(path);

    /// <summary>Creates or replaces a file that others may read meanwhile.</summary>
    public virtual SafeFileHandle Create(string path) =>
        File.OpenHandle(path, FileMode.Create, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    public virtual void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset) => RandomAccess.Write(file, bytes, offset);

    /// <summary>For readers that follow the writer.</summary>
    public virtual int Read(SafeFileHandle file, Span<byte> bytes, long offset) => RandomAccess.Read(file, bytes, offset);

    /// <summary>Returns when bytes and length are on the disk.</summary>
    public virtual void Sync(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux()) RandomAccess.FlushToDisk(file);
        // Other than fdatasync, FlushToDisk writes times too and swallows some errors.
        else if (FDataSync(file) != 0) throw Failure("fdatasync");
    }

    /// <summary>Makes creations, renames and deletions in a folder durable.</summary>
    public virtual void SyncDirectory(string path)
    {
        if (!OperatingSystem.IsLinux()) return;
        var directory = Open(path, OpenDirectory | CloseOnExec);
        if (directory < 0) throw Failure("open folder");
        try
        {
            // Some network file systems can't sync a folder and say EINVAL.
            if (FSync(directory) != 0 && Marshal.GetLastPInvokeError() != InvalidArgument) throw Failure("fsync folder");
        }
        finally
        {
            _ = Close(directory);
        }
    }

    public virtual void Delete(string path) => File.Delete(path);

    /// <summary>Gives a file another name, in place of what had it. Readers see the one or the other.</summary>
    public virtual void Move(string from, string to) => File.Move(from, to, overwrite: true);

    /// <summary>Opens a file that is written in place; makes it when absent.</summary>
    public virtual SafeFileHandle OpenOrCreate(string path) =>
        File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);

    /// <summary>Cuts a file off.</summary>
    public virtual void Cut(SafeFileHandle file, long length) => RandomAccess.SetLength(file, length);

    /// <summary>Replaces a small file so that a crash leaves the old or the new one, never a mixture.</summary>
    public void Replace(string path, ReadOnlySpan<byte> bytes)
    {
        var temporary = path + ".new";
        using (var file = Create(temporary))
        {
            Write(file, bytes, 0);
            Sync(file);
        }

        Move(temporary, path);
        SyncDirectory(Path.GetDirectoryName(path)!);
    }

    /// <summary>Deletes a file whose space is needed at once: a file that waits for its sync, or is being read, would keep it.</summary>
    public void DeleteAndFree(string path)
    {
        try
        {
            using var file = OpenOrCreate(path);
            Cut(file, 0);
        }
        catch (IOException)
        {
            // Then it is freed when all have closed it.
        }

        Delete(path);
    }

    private static IOException Failure(string call)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"{call}: {Marshal.GetPInvokeErrorMessage(error)}", error);
    }

    [LibraryImport("libc", EntryPoint = "fdatasync", SetLastError = true)]
    private static partial int FDataSync(SafeFileHandle file);

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int FSync(int file);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int file);
}
