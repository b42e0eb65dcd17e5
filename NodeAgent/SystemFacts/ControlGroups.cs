namespace Coral.NodeAgent.SystemFacts;

/// <summary>The control groups of this machine as this process sees them.</summary>
internal static class ControlGroups
{
    /// <summary><c>v1</c>, <c>v2</c>, <c>hybrid</c> (v1 controllers beside the unified hierarchy) or <c>none</c>.</summary>
    internal static string Mode(string root = "/")
    {
        var types = Mounts(root).Select(mount => mount.Type).ToHashSet(StringComparer.Ordinal);
        return (types.Contains("cgroup"), types.Contains("cgroup2")) switch { (true, true) => "hybrid", (true, false) => "v1", (false, true) => "v2", _ => "none" };
    }

    /// <summary>The folder of the unified control group that this process is in; null where that hierarchy is not mounted.</summary>
    internal static string? OwnFolder()
    {
        var mount = Mounts("/").FirstOrDefault(mount => mount.Type == "cgroup2").Path;
        if (mount is null) return null;
        var line = File.ReadLines("/proc/self/cgroup").FirstOrDefault(line => line.StartsWith("0::", StringComparison.Ordinal));
        var own = line is null ? mount : mount + line["0::".Length..].TrimEnd('/');
        // A control group above the one that the mount begins with has a path that leads out of it.
        return Directory.Exists(own) ? own : mount;
    }

    private static IEnumerable<(string Path, string Type)> Mounts(string root) =>
        SystemFile.Lines(root, "proc/self/mounts").Select(line => line.Split(' ')).Where(fields => fields.Length > 2).Select(fields => (fields[1], fields[2]));
}
