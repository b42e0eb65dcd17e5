using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Coral.NodeAgent.Native;

namespace Coral.NodeAgent.Collectors.Groups;

/// <summary>
/// Which control group has which number. Those that are there are read from their folders, those that come and go are told by <see cref="GroupWatch"/>; where that can't be, the folders are read
/// again when an unknown number comes, at most once a second. What is gone stays for a minute, because records of it may come later. Not thread safe.
/// </summary>
internal sealed unsafe class ControlGroupTable(ImmutableArray<Hierarchy> hierarchies, TimeProvider time)
{
    private const int Most = 16 * 1024;
    private const uint WantInode = 0x100;
    private const int InodeAt = 32;
    private const int StatusBytes = 256;
    private const int CurrentFolder = -100;

    private static readonly TimeSpan BetweenScans = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan KeptAfter = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PartedAfter = TimeSpan.FromSeconds(1);

    // Each hierarchy numbers its folders alone, so that only one of v1 may be among them.
    private readonly HashSet<int> followed = [.. hierarchies.Select(hierarchy => hierarchy.Number)];
    private readonly Dictionary<ulong, ControlGroup> groups = [];
    private readonly Queue<(DateTimeOffset When, ulong Id)> gone = [];
    private readonly Queue<(DateTimeOffset When, ulong Id)> toPart = [];
    private readonly HashSet<ulong> forgotten = [];
    private readonly HashSet<ulong> left = [];
    private HashSet<ulong>? found;
    private bool isWhole;
    private DateTimeOffset scanned = DateTimeOffset.MinValue;

    /// <summary>How many are known.</summary>
    internal int Count => groups.Count;

    /// <summary>How many had no place: the table holds at most 16 384.</summary>
    internal ulong Refused { get; private set; }

    /// <summary>The group of a number, or null when it is unknown.</summary>
    internal ControlGroup? Find(ulong id)
    {
        if (groups.TryGetValue(id, out var found)) return found;
        if (time.GetUtcNow() - scanned < BetweenScans) return null;
        Scan();
        return groups.GetValueOrDefault(id);
    }

    /// <summary>Reads all folders.</summary>
    internal void Scan()
    {
        scanned = time.GetUtcNow();
        foreach (var hierarchy in hierarchies) Scan(hierarchy, hierarchy.Folder, "/");
    }

    /// <summary>One in which a process was found. Where no hierarchy of v1 is mounted, the first in which one is found is looked at from then on.</summary>
    internal void Stands(int hierarchy, ulong id, string path)
    {
        if (followed.All(number => number == 0)) followed.Add(hierarchy);
        Made(hierarchy, id, path);
    }

    /// <summary>One was made.</summary>
    internal void Made(int hierarchy, ulong id, string path)
    {
        Forget();
        if (followed.Contains(hierarchy)) Add(id, path);
    }

    /// <summary>One was removed.</summary>
    internal void Removed(int hierarchy, ulong id)
    {
        Forget();
        if (followed.Contains(hierarchy)) Leave(id);
    }

    /// <summary>
    /// Those that are gone since the last call, for <see cref="Collector.Part"/>: a second after they went, and once more when they are forgotten, because the sockets of a group of v1 may have outlived it.
    /// </summary>
    internal HashSet<ulong> TakeGone()
    {
        Forget();
        var taken = new HashSet<ulong>(forgotten);
        forgotten.Clear();
        while (toPart.TryPeek(out var oldest) && time.GetUtcNow() - oldest.When >= PartedAfter) taken.Add(toPart.Dequeue().Id);
        return taken;
    }

    /// <summary>Reads all folders where nothing tells of those that were removed: what has none any more is gone.</summary>
    internal void ScanForGone()
    {
        if (time.GetUtcNow() - scanned < BetweenScans) return;
        found = [];
        isWhole = true;
        Scan();
        // A folder that can't be read says nothing of what is below it.
        if (isWhole)
        {
            foreach (var id in groups.Keys.Except(found)) Leave(id);
        }

        found = null;
    }

    private void Leave(ulong id)
    {
        if (!left.Add(id)) return;
        gone.Enqueue((time.GetUtcNow(), id));
        toPart.Enqueue((time.GetUtcNow(), id));
    }

    private void Forget()
    {
        while (gone.TryPeek(out var oldest) && time.GetUtcNow() - oldest.When > KeptAfter)
        {
            var id = gone.Dequeue().Id;
            groups.Remove(id);
            left.Remove(id);
            forgotten.Add(id);
        }
    }

    private void Scan(Hierarchy hierarchy, string folder, string path)
    {
        var status = stackalloc byte[StatusBytes];
        // It may be removed at any moment.
        if (Libc.Statx(CurrentFolder, folder, 0, WantInode, status) != 0) return;
        var id = hierarchy.Id(*(ulong*)(status + InodeAt));
        found?.Add(id);
        Add(id, path);
        try
        {
            foreach (var child in Directory.EnumerateDirectories(folder)) Scan(hierarchy, child, $"{path.TrimEnd('/')}/{Path.GetFileName(child)}");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Gone meanwhile, or not for this process: its groups stay unknown.
            isWhole = false;
        }
    }

    private void Add(ulong id, string path)
    {
        ref var place = ref CollectionsMarshal.GetValueRefOrNullRef(groups, id);
        if (!System.Runtime.CompilerServices.Unsafe.IsNullRef(ref place))
        {
            if (place.Path != path) place = ControlGroup.Of(path);
        }
        else if (groups.Count < Most)
        {
            groups.Add(id, ControlGroup.Of(path));
        }
        else
        {
            Refused++;
        }
    }
}
