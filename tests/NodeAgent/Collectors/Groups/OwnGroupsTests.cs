using Coral.NodeAgent.Collectors.Groups;
using Coral.Testing;

namespace Coral.NodeAgent.Tests.Collectors.Groups;

public sealed class OwnGroupsTests : IDisposable
{
    private const string Mine = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private const string App = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb";
    private const string Stranger = "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc";
    private const string Uid = "0f0c1b2a-3d4e-5f60-7182-93a4b5c6d7e8";
    private const string OtherUid = "1f0c1b2a-3d4e-5f60-7182-93a4b5c6d7e8";

    private readonly string root = Directory.CreateTempSubdirectory("coral-own").FullName;
    private readonly FakeTimeProvider time = new();

    [Theory]
    [InlineData("0::/", $"0::/../{App}", $"0::/../../pod{OtherUid}/{Stranger}")]
    [InlineData("0::/", $"0::/../cri-containerd-{App}.scope", $"0::/../../kubepods-pod{OtherUid}.slice/cri-containerd-{Stranger}.scope")]
    [InlineData($"0::/kubepods/pod{Uid}/{Mine}", $"0::/kubepods/pod{Uid}/{App}/init.scope", $"0::/kubepods/pod{OtherUid}/{Stranger}")]
    [InlineData($"4:memory:/kubepods/pod{Uid}/{Mine}", $"4:memory:/kubepods/pod{Uid}/{App}", $"4:memory:/kubepods/pod{OtherUid}/{Stranger}")]
    public void Containers_beside_this_one_are_the_pod_s_and_those_of_other_pods_are_not(string own, string app, string stranger)
    {
        Process("self", own);
        Process("1", own);
        Process("20", app);
        Process("30", stranger);
        var groups = new OwnGroups(time, root);

        Assert.Equal((true, false), (groups.Contains(7, Group(App)), groups.Contains(8, Group(Stranger))));
        Assert.DoesNotContain(Stranger, groups.Containers);
    }

    [Fact]
    public void One_that_comes_later_is_found_after_a_second()
    {
        Process("self", "0::/");
        var groups = new OwnGroups(time, root);
        Assert.False(groups.Contains(7, Group(App)));

        Process("20", $"0::/../{App}");
        Assert.False(groups.Contains(7, Group(App)));
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.True(groups.Contains(7, Group(App)));
    }

    [Fact]
    public async Task A_group_is_known_by_the_folder_that_its_processes_see_too()
    {
        Process("self", "0::/");
        Process("20", "0::/");
        var folder = Directory.CreateDirectory(Path.Join(root, "proc/20", "root", "sys/fs/cgroup")).FullName;
        var inode = ulong.Parse((await Testing.Kit.Command.Run("stat", ["-c", "%i", folder])).Output, System.Globalization.CultureInfo.InvariantCulture);

        Assert.Equal((true, false), (new OwnGroups(time, root).Contains(inode, null), new OwnGroups(time, root).Contains(inode + 1, null)));
    }

    public void Dispose() => Directory.Delete(root, recursive: true);

    private void Process(string name, string line)
    {
        Directory.CreateDirectory(Path.Join(root, "proc", name));
        File.WriteAllText(Path.Join(root, "proc", name, "cgroup"), line + "\n");
    }

    private static ControlGroup Group(string container) => new("/x", new ContainerPath(null, container, null));
}
