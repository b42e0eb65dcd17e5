using System.Globalization;
using Coral.NodeAgent.Native;

namespace Coral.NodeAgent.Collectors.Groups;

/// <summary>
/// Whose mounts show the most of all control groups. A container sees its own at most, or none of the unified hierarchy; but where it sees the host's processes, one of them has the host's mounts.
/// </summary>
internal static unsafe class HierarchyView
{
    /// <summary>The inode of the root of any hierarchy (fs/kernfs/dir.c): a folder that is mounted from below has another.</summary>
    private const ulong WholeInode = 1;
    private const uint WantInode = 0x100;
    private const int InodeAt = 32;
    private const int StatusBytes = 256;
    private const int CurrentFolder = -100;
    private const int MostLooked = 4096;

    /// <summary>The hierarchies; of those that are not seen as a whole, and always of the unified one, at least the number, so that what the kernel tells of it counts.</summary>
    internal static IEnumerable<Hierarchy> Widest()
    {
        var widest = Hierarchy.All().ToList();
        if (!widest.Exists(hierarchy => hierarchy.Number == 0 && IsWhole(hierarchy)))
        {
            foreach (var other in Others())
            {
                if (other.Count(IsWhole) > widest.Count(IsWhole)) widest = other;
                if (widest.Exists(hierarchy => hierarchy.Number == 0 && IsWhole(hierarchy))) break;
            }
        }

        // What is mounted from below has its own names: a container's group would be `/`.
        var read = widest.Select(hierarchy => IsWhole(hierarchy) ? hierarchy : hierarchy with { Folder = "" });
        return widest.Exists(hierarchy => hierarchy.Number == 0) ? read : read.Prepend(new Hierarchy("", 0));
    }

    /// <summary>As one process of each other mount namespace sees them, that of the first process first.</summary>
    private static IEnumerable<List<Hierarchy>> Others()
    {
        var known = new HashSet<string>(StringComparer.Ordinal) { Target("/proc/self/ns/mnt") ?? "" };
        var processes = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Select(name => int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0);
        foreach (var pid in processes.Where(pid => pid > 0).Order().Take(MostLooked))
        {
            if (Target($"/proc/{pid}/ns/mnt") is not { } space || !known.Add(space)) continue;
            yield return [.. Hierarchy.All("/", $"proc/{pid}/mounts").Select(hierarchy => hierarchy with { Folder = $"/proc/{pid}/root{hierarchy.Folder}" })];
        }
    }

    /// <summary>Null where the process is gone or not ours to look at.</summary>
    private static string? Target(string link)
    {
        try
        {
            return new FileInfo(link).LinkTarget;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool IsWhole(Hierarchy hierarchy)
    {
        var status = stackalloc byte[StatusBytes];
        return Libc.Statx(CurrentFolder, hierarchy.Folder, 0, WantInode, status) == 0 && *(ulong*)(status + InodeAt) == WholeInode;
    }
}
