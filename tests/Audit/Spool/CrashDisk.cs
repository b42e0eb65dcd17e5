using System.Runtime.CompilerServices;
using Coral.Audit.Spool;
using Microsoft.Win32.SafeHandles;

namespace Coral.Audit.Tests.Spool;

/// <summary>
/// A disk that remembers what was never synced. After a power loss any sectors of such writes may be missing while later ones are there, and so may any creations, renames and deletions in a folder that was not
/// synced since: harsher than real file systems, which keep some order. Thread safe.
/// </summary>
internal sealed class CrashDisk
{
    private const int Sector = 512;

    private readonly Lock gate = new();
    private readonly ConditionalWeakTable<SafeFileHandle, Inode> open = [];
    private readonly Dictionary<string, Inode> live = [];
    private readonly Dictionary<string, Inode> durable = [];
    private readonly List<Entry> pending = [];
    private readonly string folder;
    private bool folderIsDurable;

    private CrashDisk(string folder) => this.folder = folder;

    /// <summary>Told after each change.</summary>
    public Action? Changed { get; set; }

    /// <summary>The disk as it is found by the next process after a power loss: the files that are there are all durable. Null stands for a folder that is not there, as at the very beginning.</summary>
    public static CrashDisk Of(Dictionary<string, byte[]>? files, string folder)
    {
        var disk = new CrashDisk(folder);
        if (files is null) return disk;
        Directory.CreateDirectory(folder);
        disk.folderIsDurable = true;
        foreach (var (name, bytes) in files)
        {
            var path = Path.Combine(folder, name);
            File.WriteAllBytes(path, bytes);
            disk.live[path] = disk.durable[path] = new Inode(bytes);
        }

        return disk;
    }

    /// <summary>What a power loss at this moment may leave, by file name; null when not even the folder.</summary>
    public Dictionary<string, byte[]>? LosePower(Random random)
    {
        lock (gate)
        {
            var entries = new Dictionary<string, Inode>(durable);
            // Everything or nothing of what is not synced are the commonest of all outcomes.
            var chance = random.Next(4) switch { 0 => 0, 1 => 100, _ => random.Next(101) };
            if (!folderIsDurable && random.Next(100) >= chance) return null;
            foreach (var entry in pending)
                if (random.Next(100) < chance)
                    entry.Apply(entries);
            return entries.ToDictionary(entry => Path.GetFileName(entry.Key), entry => entry.Value.After(random, chance, Sector));
        }
    }

    /// <summary>The file system as one process sees it, until it is killed.</summary>
    public sealed class Life(CrashDisk disk) : SpoolFiles
    {
        private volatile bool killed;

        /// <summary>How many syncs of files fail from now on. The kernel forgets that what it could not write was dirty: no later sync brings it to the disk.</summary>
        public int FailingSyncs;

        public bool IsKilled => killed;

        /// <summary>From now on nothing that this process does has an effect.</summary>
        public void Kill()
        {
            lock (disk.gate) killed = true;
        }

        public override SafeFileHandle Create(string path) => Change(() =>
        {
            var file = base.Create(path);
            disk.Link(path, file, new Inode([]));
            return file;
        });

        public override SafeFileHandle OpenOrCreate(string path) => Change(() =>
        {
            var file = base.OpenOrCreate(path);
            if (disk.live.TryGetValue(path, out var inode)) disk.open.Add(file, inode);
            else disk.Link(path, file, new Inode([]));
            return file;
        });

        public override void Write(SafeFileHandle file, ReadOnlySpan<byte> bytes, long offset)
        {
            var copy = bytes.ToArray();
            Change(() =>
            {
                base.Write(file, copy, offset);
                disk.Of(file).Add(offset, copy);
                return true;
            });
        }

        public override void Cut(SafeFileHandle file, long length) => Change(() =>
        {
            base.Cut(file, length);
            disk.Of(file).Add(length, null);
            return true;
        });

        public override void Sync(SafeFileHandle file) => Change(() =>
        {
            var inode = disk.Of(file);
            if (FailingSyncs > 0)
            {
                FailingSyncs--;
                inode.Forget();
                throw new IOException("fdatasync: Input/output error", 5);
            }

            inode.Sync();
            return true;
        });

        protected override void MakeFolder(string path) => Change(() =>
        {
            base.MakeFolder(path);
            return true;
        });

        public override void SyncDirectory(string path) => Change(() =>
        {
            if (path != disk.folder) return disk.folderIsDurable = path == Path.GetDirectoryName(disk.folder);
            foreach (var entry in disk.pending) entry.Apply(disk.durable);
            disk.pending.Clear();
            return true;
        });

        public override void Move(string from, string to) => Change(() =>
        {
            base.Move(from, to);
            disk.Add(new Entry(to, disk.live[from], from));
            return true;
        });

        public override void Delete(string path) => Change(() =>
        {
            base.Delete(path);
            disk.Add(new Entry(path, null, null));
            return true;
        });

        private T Change<T>(Func<T> change)
        {
            lock (disk.gate)
            {
                if (killed) throw new IOException("the process is dead", 5);
                var result = change();
                disk.Changed?.Invoke();
                return result;
            }
        }
    }

    private Inode Of(SafeFileHandle file) => open.TryGetValue(file, out var inode) ? inode : throw new InvalidOperationException("A file that was not opened here.");

    private void Link(string path, SafeFileHandle file, Inode inode)
    {
        open.Add(file, inode);
        Add(new Entry(path, inode, null));
    }

    private void Add(Entry entry)
    {
        entry.Apply(live);
        pending.Add(entry);
    }

    /// <summary>A name gets a file, which had another name before or none, or it loses its file.</summary>
    private sealed record Entry(string Path, Inode? File, string? Before)
    {
        public void Apply(Dictionary<string, Inode> entries)
        {
            if (Before is not null) entries.Remove(Before);
            if (File is null) entries.Remove(Path);
            else entries[Path] = File;
        }
    }

    private enum Fate
    {
        Dirty,
        Forgotten,
        Synced,
    }

    private sealed class Inode(byte[] content)
    {
        // What is on the disk for sure, and what came after it in its order. Of what was cut there is the length only.
        private readonly List<(long Offset, byte[]? Bytes, Fate Fate)> changes = [];
        private byte[] synced = content;

        public void Add(long offset, byte[]? bytes) => changes.Add((offset, bytes, Fate.Dirty));

        /// <summary>A sync promises nothing about pages that the kernel forgot.</summary>
        public void Sync()
        {
            Settle(Fate.Synced);
            if (changes.Exists(change => change.Fate == Fate.Forgotten)) return;
            foreach (var (offset, bytes, _) in changes) synced = Applied(synced, offset, bytes);
            changes.Clear();
        }

        public void Forget() => Settle(Fate.Forgotten);

        public byte[] After(Random random, int chance, int sector)
        {
            var found = (byte[])synced.Clone();
            foreach (var (offset, bytes, fate) in changes)
            {
                if (bytes is null || fate == Fate.Synced)
                {
                    if (fate == Fate.Synced || random.Next(100) < chance) found = Applied(found, offset, bytes);
                    continue;
                }

                // The length may be on the disk before what stands there.
                if (random.Next(100) < chance / 2 && found.Length < offset + bytes.Length) Array.Resize(ref found, (int)offset + bytes.Length);
                for (var at = 0; at < bytes.Length;)
                {
                    var piece = Math.Min(bytes.Length - at, sector - (int)((offset + at) % sector));
                    if (random.Next(100) < chance) found = Applied(found, offset + at, bytes[at..(at + piece)]);
                    at += piece;
                }
            }

            return found;
        }

        private void Settle(Fate fate)
        {
            for (var i = 0; i < changes.Count; i++)
                if (changes[i].Fate == Fate.Dirty)
                    changes[i] = changes[i] with { Fate = fate };
        }

        private static byte[] Applied(byte[] before, long offset, byte[]? bytes)
        {
            var after = (byte[])before.Clone();
            var end = (int)offset + (bytes?.Length ?? 0);
            if (bytes is null || end > after.Length) Array.Resize(ref after, end);
            bytes?.CopyTo(after, offset);
            return after;
        }
    }
}
