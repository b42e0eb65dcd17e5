using System.Globalization;
using Coral.NodeAgent.Native;
using Coral.NodeAgent.SystemFacts;

namespace Coral.NodeAgent.Collectors.Groups;

/// <summary>
/// The control groups of the pod that this process runs in, as far as it can tell from inside: those of the processes that it sees beside its own group. In a pod that shares its process namespace that
/// is the whole pod, else this container alone; on a node whose processes it all sees, still only the pod. Not thread safe.
/// </summary>
/// <param name="time">The clock.</param>
/// <param name="root">The root of the file system, for tests.</param>
internal sealed unsafe class OwnGroups(TimeProvider time, string root = "/")
{
    private const ulong WholeInode = 1;
    private const uint WantInode = 0x100;
    private const int InodeAt = 32;
    private const int StatusBytes = 256;
    private const int CurrentFolder = -100;
    private const string Up = "/../";

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);
    private static readonly string[] Mounts = ["sys/fs/cgroup", "sys/fs/cgroup/unified"];

    private readonly HashSet<ulong> ids = [];
    private readonly HashSet<string> containers = new(StringComparer.Ordinal);
    private readonly HashSet<ulong> others = [];
    private long? looked;

    /// <summary>The pod's containers, by their ids at the runtime.</summary>
    internal IReadOnlySet<string> Containers => containers;

    /// <summary>Whether a control group is one of them. What is unknown is looked for again, at most once a second.</summary>
    internal bool Contains(ulong id, ControlGroup? group)
    {
        if (IsKnown(id, group)) return true;
        if (looked is { } at && time.GetElapsedTime(at) < BetweenLooks && others.Contains(id)) return false;
        if (looked is not { } before || time.GetElapsedTime(before) >= BetweenLooks) Look();
        if (IsKnown(id, group)) return true;
        others.Add(id);
        return false;
    }

    private bool IsKnown(ulong id, ControlGroup? group) => ids.Contains(id) || (group?.Container.ContainerId is { } container && containers.Contains(container));

    private void Look()
    {
        looked = time.GetTimestamp();
        others.Clear();
        var own = Paths("self");
        foreach (var folder in Directory.EnumerateDirectories(Path.Join(root, "proc")))
        {
            var process = Path.GetFileName(folder);
            if (!int.TryParse(process, NumberStyles.None, CultureInfo.InvariantCulture, out _)) continue;
            var paths = Paths(process);
            // One of another pod is so in the unified hierarchy and in all of v1.
            if (paths.Count == 0 || !paths.All(path => own.TryGetValue(path.Key, out var mine) && IsBeside(mine, path.Value))) continue;
            foreach (var path in paths.Values)
            {
                if (ContainerPath.Parse(path).ContainerId is { } container) containers.Add(container);
            }

            foreach (var mount in Mounts) AddId(Path.Join(folder, "root", mount));
        }
    }

    /// <summary>The paths of a process by their hierarchies' numbers.</summary>
    private Dictionary<string, string> Paths(string process) =>
        SystemFile.Lines(root, $"proc/{process}/cgroup").Select(line => line.Split(':', 3)).Where(fields => fields.Length == 3).ToDictionary(fields => fields[0], fields => fields[2], StringComparer.Ordinal);

    /// <summary>The same group, one below it, or one below the pod's: as seen from a namespace of control groups, which begins with the container's, or without one.</summary>
    private static bool IsBeside(string own, string other)
    {
        if (other == own || other.StartsWith(own.TrimEnd('/') + "/", StringComparison.Ordinal) && !other.StartsWith(Up, StringComparison.Ordinal)) return true;
        if (own == "/") return other.StartsWith(Up, StringComparison.Ordinal) && !other.AsSpan(Up.Length).StartsWith("..");
        var parent = own[..own.LastIndexOf('/')];
        return ContainerPath.Parse(own).PodUid is not null && other.StartsWith(parent + "/", StringComparison.Ordinal);
    }

    private void AddId(string folder)
    {
        var status = stackalloc byte[StatusBytes];
        if (Libc.Statx(CurrentFolder, folder, 0, WantInode, status) != 0) return;
        // The root of all is nobody's.
        if (*(ulong*)(status + InodeAt) is var inode && inode != WholeInode) ids.Add(inode);
    }
}
