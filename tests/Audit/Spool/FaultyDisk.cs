using Coral.Audit.Spool;
using Microsoft.Win32.SafeHandles;

namespace Coral.Audit.Tests.Spool;

/// <summary>What a process asks of a disk.</summary>
[Flags]
public enum DiskCalls
{
    None = 0,
    Create = 1,
    Write = 2,
    Sync = 4,
    SyncFolder = 8,
    Rename = 16,
    Unlink = 32,
    Read = 64,
    Changes = Create | Write | Sync | SyncFolder | Rename | Unlink,
}

/// <summary>A disk whose calls of some kinds fail, as long as the test wants. Syncs nothing when it is well.</summary>
internal sealed class FaultyDisk : SpoolFiles
{
    public const int InputOutput = 5;

    private volatile Tuple<DiskCalls, int>? fault;
    private int well;

    /// <summary>From now on, or after so many calls that still succeed.</summary>
    public void Fail(DiskCalls calls, int error, int after = 0)
    {
        Volatile.Write(ref well, after);
        fault = Tuple.Create(calls, error);
    }

    public void Heal() => fault = null;

    public override SafeFileHandle Create(string path)
    {
        Check(DiskCalls.Create);
        return base.Create(path);
    }

    public override SafeFileHandle OpenOrCreate(string path)
    {
        Check(DiskCalls.Create);
        return base.OpenOrCreate(path);
    }

    public override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        // A real disk takes a part of it.
        if (fault is { } now && now.Item1.HasFlag(DiskCalls.Write)) base.Write(file, bytes[..(bytes.Length / 2)], offset);
        Check(DiskCalls.Write);
        base.Write(file, bytes, offset);
    }

    public override void Cut(SafeFileHandle file, long length)
    {
        Check(DiskCalls.Write);
        base.Cut(file, length);
    }

    public override void Sync(SafeFileHandle file) => Check(DiskCalls.Sync);

    public override void SyncDirectory(string path) => Check(DiskCalls.SyncFolder);

    public override void Move(string from, string to)
    {
        Check(DiskCalls.Rename);
        base.Move(from, to);
    }

    public override void Delete(string path)
    {
        Check(DiskCalls.Unlink);
        base.Delete(path);
    }

    public override int Read(SafeFileHandle file, Span<byte> bytes, long offset)
    {
        Check(DiskCalls.Read);
        return base.Read(file, bytes, offset);
    }

    private void Check(DiskCalls call)
    {
        if (fault is not { } now || !now.Item1.HasFlag(call) || Interlocked.Decrement(ref well) >= 0) return;
        throw new IOException(now.Item2 == InputOutput ? "Input/output error" : $"error {now.Item2}", now.Item2);
    }
}
