using Coral.NodeAgent.Collectors.Groups;
using FsCheck;
using FsCheck.Fluent;

namespace Coral.NodeAgent.Tests.Collectors.Groups;

public sealed class ContainerPathTests
{
    private const string Id = "4f1c0d2e4f1c0d2e4f1c0d2e4f1c0d2e4f1c0d2e4f1c0d2e4f1c0d2e4f1c0d2e";
    private const string Outer = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
    private const string Uid = "0f0c1b2a-3d4e-5f60-7182-93a4b5c6d7e8";
    private const string UidSystemd = "0f0c1b2a_3d4e_5f60_7182_93a4b5c6d7e8";
    private const string Static = "0f0c1b2a3d4e5f60718293a4b5c6d7e8";

    [Theory]
    [InlineData($"/kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod{UidSystemd}.slice/cri-containerd-{Id}.scope", "containerd", Id, Uid)]
    [InlineData($"/kubepods.slice/kubepods-pod{UidSystemd}.slice/cri-containerd-{Id}.scope", "containerd", Id, Uid)]
    [InlineData($"/kubepods/burstable/pod{Uid}/{Id}", null, Id, Uid)]
    [InlineData($"/kubepods/besteffort/pod{Static}/{Id}", null, Id, Static)]
    [InlineData($"/system.slice/containerd.service/kubepods-burstable-pod{UidSystemd}.slice:cri-containerd:{Id}", "containerd", Id, Uid)]
    [InlineData($"/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod{UidSystemd}.slice/crio-{Id}.scope", "cri-o", Id, Uid)]
    [InlineData($"/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod{UidSystemd}.slice/crio-{Id}.scope/container", "cri-o", Id, Uid)]
    [InlineData($"/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod{UidSystemd}.slice/crio-conmon-{Id}.scope", null, null, Uid)]
    [InlineData($"/kubepods/burstable/pod{Uid}/crio-{Id}", "cri-o", Id, Uid)]
    [InlineData($"/kubepods.slice/kubepods-pod{UidSystemd}.slice/docker-{Id}.scope", "docker", Id, Uid)]
    [InlineData($"/docker/{Id}", "docker", Id, null)]
    [InlineData($"/system.slice/docker-{Id}.scope", "docker", Id, null)]
    [InlineData($"/docker/{Outer}/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod{UidSystemd}.slice/cri-containerd-{Id}.scope", "containerd", Id, Uid)]
    [InlineData($"/../../burstable/pod{Uid}/{Id}", null, Id, Uid)]
    [InlineData($"/machine.slice/libpod-{Id}.scope/container", "podman", Id, null)]
    [InlineData($"/machine.slice/libpod-conmon-{Id}.scope", null, null, null)]
    [InlineData($"/ecs/0123456789abcdef0123456789abcdef/0123456789abcdef0123456789abcdef-1234567890", null, "0123456789abcdef0123456789abcdef-1234567890", null)]
    [InlineData($"/k8s.io/{Id}", "containerd", Id, null)]
    [InlineData("/lxc.payload.web", "lxc", "web", null)]
    [InlineData($"/kubepods/burstable/pod{Uid}/{Outer}/docker/{Id}", null, Id, Uid)]
    [InlineData("/user.slice/user-1000.slice/session-3.scope", null, null, null)]
    [InlineData($"/kubepods/burstable/pod{Uid}", null, null, Uid)]
    [InlineData("/", null, null, null)]
    public void Each_form_of_a_path_tells_container_and_pod(string path, string? runtime, string? container, string? pod) =>
        Assert.Equal(new ContainerPath(runtime, container, pod), ContainerPath.Parse(path));

    [Fact]
    public void A_group_that_a_container_makes_below_itself_is_still_the_containers()
    {
        foreach (var below in new[] { "/init.scope", "/system.slice/nginx.service", "/container", "/x" })
            Assert.Equal((Id, Uid), (ContainerPath.Parse($"/kubepods/burstable/pod{Uid}/{Id}{below}").ContainerId, ContainerPath.Parse($"/kubepods/burstable/pod{Uid}/{Id}{below}").PodUid));
    }

    [Fact]
    public void Of_two_ids_the_last_is_taken_whatever_stands_around_them()
    {
        var hex = Gen.ArrayOf(Gen.Elements("0123456789abcdef".ToCharArray()), 64).Select(digits => new string(digits));
        var form = Gen.Elements("{0}", "crio-{0}", "docker-{0}.scope", "cri-containerd-{0}.scope", "x.slice:cri-containerd:{0}");
        var part = Gen.Elements("", "/a", "/system.slice", "/container", "/deadbeef");
        var paths = from one in hex
                    from two in hex
                    from f in form
                    from g in form
                    from a in part
                    from b in part
                    from c in part
                    select (Path: $"{a}/{string.Format(System.Globalization.CultureInfo.InvariantCulture, f, one)}{b}/{string.Format(System.Globalization.CultureInfo.InvariantCulture, g, two)}{c}", Last: two);
        Prop.ForAll(Arb.From(paths), made => ContainerPath.Parse(made.Path).ContainerId == made.Last).QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData($"/kubepods/burstable/pod{Uid}/{Id}", $"/kubepods/burstable/pod{Uid}/{Outer}/init.scope", true)]
    [InlineData($"/kubepods.slice/kubepods-pod{UidSystemd}.slice/cri-containerd-{Id}.scope/init", $"/kubepods.slice/kubepods-pod{UidSystemd}.slice/cri-containerd-{Outer}.scope", true)]
    [InlineData($"/kubepods/burstable/pod{Uid}/{Id}", $"/kubepods/burstable/pod{Static}/{Outer}", false)]
    [InlineData($"/kubepods/burstable/pod{Uid}/{Id}", $"/kubepods/burstable/pod{Static}/{Outer}/pod{Uid}/{Id}", false)]
    [InlineData($"/kubepods/burstable/pod{Uid}/{Id}", "/kubepods/burstable", false)]
    [InlineData($"/docker/{Id}", $"/docker/{Id}", true)]
    [InlineData($"/docker/{Id}", $"/docker/{Id}/init.scope", true)]
    [InlineData($"/docker/{Id}", $"/docker/{Outer}", false)]
    [InlineData("/a", "/ab", false)]
    [InlineData("/", "/", true)]
    [InlineData("/", "/system.slice", false)]
    public void A_group_is_of_a_pod_by_the_first_that_its_path_names(string own, string other, bool isBeside) => Assert.Equal(isBeside, ControlGroup.Of(other).IsOfPodOf(ControlGroup.Of(own)));
}
