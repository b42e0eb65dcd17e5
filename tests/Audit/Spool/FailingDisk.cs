using Coral.Audit.Spool;
using Microsoft.Win32.SafeHandles;

namespace Coral.Audit.Tests.Spool;

/// <summary>A file system that fails when told to.</summary>
internal sealed class FailingDisk : SpoolFiles
{
    private int syncs;

    /// <summary>What a write of a frame says, or null.</summary>
    public volatile IOException? OnWrite;

    /// <summary>How many syncs of files fail from now on.</summary>
    public int FailingSyncs;

    /// <summary>Set when a full disk becomes free by deleting a segment.</summary>
    public bool DeletingHelps;

    public int Syncs => Volatile.Read(ref syncs);

    public static IOException Full => new("No space left on device", SpoolErrors.DiskFull);

    public override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
    {
        if (OnWrite is { } error)
        {
            // A real disk takes a part of it.
            base.Write(file, bytes[..(bytes.Length / 2)], offset);
            throw error;
        }

        base.Write(file, bytes, offset);
    }

    public override void Sync(SafeFileHandle file)
    {
        if (FailingSyncs > 0)
        {
            FailingSyncs--;
            throw new IOException("fdatasync: Input/output error", 5);
        }

        base.Sync(file);
        Interlocked.Increment(ref syncs);
    }

    public override void Delete(string path)
    {
        base.Delete(path);
        if (DeletingHelps) OnWrite = null;
    }
}

/// <summary>A disk whose syncs take as long as the test says.</summary>
internal sealed class SlowDisk : SpoolFiles
{
    private readonly SemaphoreSlim turns = new(0);
    private volatile bool holding;
    private volatile bool atWork;

    /// <summary>Whether the sync that waits fails in the end.</summary>
    public volatile bool Fails;

    /// <summary>Whether a sync waits now.</summary>
    public bool AtWork => atWork;

    public void Hold() => holding = true;

    public void LetOneGo()
    {
        atWork = false;
        turns.Release();
    }

    public void LetGo()
    {
        holding = false;
        // More than can wait.
        turns.Release(100);
    }

    public override void Sync(SafeFileHandle file)
    {
        if (!holding) return;
        atWork = true;
        turns.Wait();
        if (!Fails) return;
        Fails = false;
        throw new IOException("fdatasync: Input/output error", 5);
    }
}

/// <summary>Syncs nothing, for tests that open hundreds of spools.</summary>
internal sealed class CarelessDisk : SpoolFiles
{
    public override void Sync(SafeFileHandle file)
    {
    }

    public override void SyncDirectory(string path)
    {
    }
}

/// <summary>Tells which files were made.</summary>
internal sealed class WatchedDisk : SpoolFiles
{
    public List<string> Created { get; } = [];

    public override SafeFileHandle Create(string path)
    {
        Created.Add(Path.GetFileName(path));
        return base.Create(path);
    }
}
