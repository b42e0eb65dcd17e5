using System.Globalization;
using Coral.NodeAgent.SystemFacts;

namespace Coral.NodeAgent.Collectors.Groups;

/// <summary>A hierarchy of control groups that is looked at.</summary>
/// <param name="Folder">Where it is mounted.</param>
/// <param name="Number">Its number in /proc/PID/cgroup; 0 is the unified one.</param>
internal sealed record Hierarchy(string Folder, int Number)
{
    /// <summary>Marks the number of a control group as one of v1 (bpf/include/group.h).</summary>
    internal const ulong V1 = 1UL << 63;

    // In the order of bpf/include/group.h.
    private static readonly string[] Controllers = ["memory", "pids", "cpuset"];

    /// <summary>The unified hierarchy and, where it is mounted, the one of v1 that the programs look at.</summary>
    /// <param name="root">The root of the file system, for tests.</param>
    /// <param name="table">The table of mounts that is read.</param>
    internal static IEnumerable<Hierarchy> All(string root = "/", string table = "proc/self/mounts")
    {
        var mounts = SystemFile.Lines(root, table).Select(line => line.Split(' ')).Where(fields => fields.Length > 3).ToList();
        if (mounts.Find(fields => fields[2] == "cgroup2") is { } unified) yield return new(unified[1], 0);
        var own = SystemFile.Lines(root, "proc/self/cgroup").Select(line => line.Split(':', 3)).Where(fields => fields.Length == 3).ToList();
        foreach (var controller in Controllers)
        {
            var mount = mounts.Find(fields => fields[2] == "cgroup" && fields[3].Split(',').Contains(controller));
            var line = own.Find(fields => fields[1].Split(',').Contains(controller));
            if (mount is null || line is null) continue;
            yield return new(mount[1], int.Parse(line[0], CultureInfo.InvariantCulture));
            yield break;
        }
    }

    /// <summary>The number that programs give for the folder of this inode.</summary>
    internal ulong Id(ulong inode) => Number == 0 ? inode : inode | V1;
}
