using Coral.Audit.Events;
using Coral.Audit.Events.Kernel;
using Coral.NodeAgent.Collectors.Groups;
using Coral.NodeAgent.Collectors.Running;
using Coral.NodeAgent.Collectors.Workloads;
using Coral.Testing;
using FsCheck;
using FsCheck.Fluent;

namespace Coral.NodeAgent.Tests.Collectors.Workloads;

public sealed class NamedOutputTests
{
    [Fact]
    public void What_comes_before_the_api_server_s_word_waits_for_it()
    {
        var scene = new Scene();
        scene.Event("c1", 1);
        scene.Event(null, 2);
        scene.Output.Flush();
        Assert.Equal([2], scene.Numbers);

        scene.Directory.Update([Pods.Pod("u1", "c1")]);
        scene.Output.Flush();
        Assert.Equal([2, 1], scene.Numbers);
        Assert.Equal(("app", "web-6d5f7c9b4-u1", "node-a", "web"), (scene.Of(1)!.Container, scene.Of(1)!.Pod, scene.Of(1)!.Node, scene.Of(1)!.Owner));
        Assert.Equal((1, 0), (scene.Output.Named, scene.Output.Unnamed));
    }

    [Fact]
    public void After_its_patience_it_goes_out_as_it_is_with_its_pod_where_that_is_known_and_is_counted()
    {
        var scene = new Scene();
        scene.Directory.Update([Pods.Pod("u1", null)]);
        scene.Event("c1", 1, pod: "u1");
        scene.Event("c2", 2, pod: "u2");
        scene.Time.Advance(NamedOutput.Patience - TimeSpan.FromMilliseconds(1));
        scene.Output.Flush();
        Assert.Empty(scene.Numbers);

        scene.Time.Advance(TimeSpan.FromMilliseconds(1));
        scene.Output.Flush();
        Assert.Equal([1, 2], scene.Numbers);
        Assert.Equal(("web-6d5f7c9b4-u1", null, "c1"), (scene.Of(1)!.Pod, scene.Of(1)!.Container, scene.Of(1)!.ContainerId));
        Assert.Equal((null, "c2"), (scene.Of(2)!.Pod, scene.Of(2)!.ContainerId));
        Assert.Equal((0, 2), (scene.Output.Named, scene.Output.Unnamed));
    }

    [Fact]
    public void So_many_wait_and_the_oldest_goes_first()
    {
        var scene = new Scene();
        scene.Directory.Update([]);
        for (var number = 0; number < NamedOutput.Most + 3; number++) scene.Event("c1", number);

        Assert.Equal([0, 1, 2], scene.Numbers);
        Assert.Equal((NamedOutput.Most, 3), (scene.Output.Waiting, scene.Output.Unnamed));
    }

    [Fact]
    public void Where_pods_can_t_be_followed_nothing_waits_after_the_start()
    {
        var scene = new Scene();
        scene.Event("c1", 1);
        Assert.Empty(scene.Numbers);
        scene.Time.Advance(NamedOutput.Patience);
        scene.Output.Flush();
        scene.Event("c1", 2);
        Assert.Equal([1, 2], scene.Numbers);
    }

    [Fact]
    public void Whatever_the_order_of_events_updates_and_deletions_each_event_comes_out_once_in_its_container_s_order_and_with_its_name_where_that_was_known_in_time()
    {
        // 0-3 an event in that container, 4-7 the pod of it is there, 8-11 it is gone, 12 a second passes, 13 a flush.
        var steps = Gen.Choose(0, 13).ListOf(120);
        Prop.ForAll(Arb.From(steps), orders =>
        {
            var scene = new Scene();
            scene.Directory.Update([]);
            var pods = new Dictionary<int, bool>();
            var events = new List<(int Container, long Second)>();
            var knownAt = new Dictionary<int, List<long>>();
            long now = 0;
            foreach (var order in orders)
            {
                var container = order % 4;
                switch (order)
                {
                    case < 4:
                        events.Add((container, now));
                        scene.Event($"c{container}", events.Count - 1, $"u{container}");
                        break;
                    case < 12:
                        pods[container] = order < 8;
                        if (order < 8) (knownAt.TryGetValue(container, out var list) ? list : knownAt[container] = []).Add(now);
                        scene.Directory.Update(pods.Where(pair => pair.Value).Select(pair => Pods.Pod($"u{pair.Key}", $"c{pair.Key}", "1")));
                        break;
                    case 12:
                        now++;
                        scene.Time.Advance(TimeSpan.FromSeconds(1));
                        scene.Output.Flush();
                        break;
                    default:
                        scene.Output.Flush();
                        break;
                }
            }

            scene.Output.End();
            var out1 = scene.Numbers;
            var once = out1.Order().SequenceEqual(Enumerable.Range(0, events.Count));
            var ordered = Enumerable.Range(0, 4).All(container => out1.Where(number => events[number].Container == container) is var of && of.SequenceEqual(of.Order()));
            // Dead containers stay a minute, longer than these lists: known once is known for good, and from ten seconds before on.
            var named = Enumerable.Range(0, events.Count).All(number =>
            {
                var since = knownAt.GetValueOrDefault(events[number].Container)?.Min();
                var isNamed = scene.Of(number)?.Container == "app";
                return isNamed == (since is { } at && at < events[number].Second + 10) || (isNamed && since is { } edge && edge == events[number].Second + 10);
            });
            return once && ordered && named;
        }).QuickCheckThrowOnFailure();
    }

    private sealed class Scene : ICollectorOutput
    {
        private readonly List<(int Number, Workload? Workload)> taken = [];

        internal Scene()
        {
            Directory = new WorkloadDirectory(Time);
            Output = new NamedOutput(Directory, [this], Time);
        }

        internal FakeTimeProvider Time { get; } = new();

        internal WorkloadDirectory Directory { get; }

        internal NamedOutput Output { get; }

        internal List<int> Numbers => [.. taken.Select(one => one.Number)];

        internal Workload? Of(int number) => taken.Single(one => one.Number == number).Workload;

        internal void Event(string? container, int number, string? pod = null)
        {
            var e = new ProcessEvent
            {
                Timestamp = Time.GetUtcNow(),
                Origin = new AuditOrigin { Service = "test" },
                Action = ProcessAction.Exec,
                Process = new ProcessInfo { Pid = number },
                Workload = container is null ? null : new Workload { ContainerId = container, PodUid = pod },
            };
            Output.Take(e, new ControlGroup("/x", new ContainerPath(null, container, pod)));
        }

        public void Take(AuditEvent e, ControlGroup? group) => taken.Add((((ProcessEvent)e).Process.Pid, ((KernelEvent)e).Workload));

        public void Flush()
        {
        }
    }
}
