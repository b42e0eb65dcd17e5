using Coral.NodeAgent.Collectors.Groups;
using Coral.NodeAgent.Collectors.Workloads;
using Coral.Testing;

namespace Coral.NodeAgent.Tests.Collectors.Workloads;

public sealed class WorkloadDirectoryTests
{
    private readonly FakeTimeProvider time = new();
    private readonly WorkloadDirectory directory;

    public WorkloadDirectoryTests() => directory = new WorkloadDirectory(time);

    [Fact]
    public void A_container_is_known_by_its_id_and_its_pod_by_the_uid()
    {
        Assert.False(directory.IsFollowing);
        directory.Update([Pods.Pod("u1", "c1")]);

        Assert.True(directory.IsFollowing);
        Assert.Equal(("app", "web"), (directory.Find(new(null, "c1", "u1"))?.Container, directory.Find(new(null, "c1", "u1"))?.Owner));
        Assert.Null(directory.Find(new(null, "sandbox", "u1")));
        Assert.Equal((null, "web-6d5f7c9b4-u1"), (directory.FindPod(new(null, "sandbox", "u1"))?.Container, directory.Find(new(null, null, "u1"))?.Pod));
    }

    [Fact]
    public void A_container_that_is_gone_is_known_for_a_minute_and_one_that_came_back_longer()
    {
        directory.Update([Pods.Pod("u1", "c1"), Pods.Pod("u2", "c2")]);
        directory.Update([]);
        time.Advance(TimeSpan.FromSeconds(60));
        directory.Update([Pods.Pod("u2", "c2")]);
        Assert.Equal((true, true), (Knows("c1"), Knows("c2")));

        time.Advance(TimeSpan.FromSeconds(1));
        directory.Update([Pods.Pod("u2", "c2")]);
        Assert.Equal((false, true), (Knows("c1"), Knows("c2")));
        Assert.Null(directory.FindPod(new(null, "c1", "u1")));
    }

    [Fact]
    public void A_restart_has_both_containers_for_a_while()
    {
        directory.Update([Pods.Pod("u1", "c1")]);
        directory.Update([Pods.Pod("u1", "c2", version: "2")]);
        Assert.Equal((true, true), (Knows("c1"), Knows("c2")));
    }

    [Fact]
    public void A_pod_is_read_again_only_when_it_has_changed()
    {
        directory.Update([Pods.Pod("u1", "c1", version: "7")]);
        directory.Update([Pods.Pod("u1", "c9", version: "7")]);
        Assert.False(Knows("c9"));

        directory.Update([Pods.Pod("u1", "c9", version: "8")]);
        Assert.True(Knows("c9"));
    }

    private bool Knows(string container) => directory.Find(new ContainerPath(null, container, null)) is not null;
}
