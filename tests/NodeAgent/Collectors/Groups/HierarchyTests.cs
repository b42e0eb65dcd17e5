using Coral.NodeAgent.Collectors.Groups;

namespace Coral.NodeAgent.Tests.Collectors.Groups;

public sealed class HierarchyTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("coral-root").FullName;

    [Theory]
    [InlineData("cgroup2 /sys/fs/cgroup cgroup2 rw 0 0", "0::/", "/sys/fs/cgroup 0")]
    [InlineData("cgroup /c/memory cgroup rw,memory 0 0\ncgroup2 /c/unified cgroup2 rw 0 0", "4:memory:/a\n0::/", "/c/unified 0,/c/memory 4")]
    [InlineData("cgroup /c/cpuset cgroup rw,cpuset 0 0\ncgroup /c/pids cgroup rw,relatime,pids 0 0", "3:cpuset:/\n8:pids:/", "/c/pids 8")]
    [InlineData("cgroup /c/memory cgroup rw,memory 0 0", "7:cpu,memory:/", "/c/memory 7")]
    [InlineData("tmpfs /sys/fs/cgroup tmpfs rw 0 0", "", "")]
    public void The_unified_hierarchy_and_the_best_of_v1_are_looked_at(string mounts, string own, string expected)
    {
        Directory.CreateDirectory(Path.Join(root, "proc/self"));
        File.WriteAllText(Path.Join(root, "proc/self/mounts"), mounts + "\n");
        File.WriteAllText(Path.Join(root, "proc/self/cgroup"), own + "\n");

        Assert.Equal(expected, string.Join(',', Hierarchy.All(root).Select(hierarchy => $"{hierarchy.Folder} {hierarchy.Number}")));
    }

    [Fact]
    public void Numbers_of_the_two_kinds_never_meet() => Assert.NotEqual(new Hierarchy("/a", 0).Id(42), new Hierarchy("/b", 4).Id(42));

    public void Dispose() => Directory.Delete(root, recursive: true);
}
