using System.Globalization;
using Coral.NodeAgent.Collectors;
using Coral.NodeAgent.Collectors.Exec;
using Coral.NodeAgent.Collectors.Groups;
using Coral.NodeAgent.Collectors.Http;
using Coral.NodeAgent.Collectors.Syscalls;
using Coral.NodeAgent.Collectors.Tcp;
using Coral.Testing.Kit;

namespace Coral.NodeAgent.Tests.Collectors.Real;

/// <summary>What all collectors have in common, on the kernel that the tests run on.</summary>
[Collection(CollectorTools.OneByOne)]
public sealed class FrameTests
{
    [CollectorFact]
    public async Task A_container_has_its_name_before_its_first_program_begins_however_short_it_lives()
    {
        const string Id = "4f1c0d2e4f1c0d2e4f1c0d2e4f1c0d2e4f1c0d2e4f1c0d2e4f1c0d2e4f1c0d2e";
        const string Uid = "0f0c1b2a-3d4e-5f60-7182-93a4b5c6d7e8";
        var table = new ControlGroupTable([.. Hierarchy.All()], TimeProvider.System);
        using var watch = new GroupWatch(table);
        watch.Start(default);
        // The first look at the folders is over before the container is there, and the next is a second away.
        table.Scan();
        var identities = new Identities(table, () => watch.Drain(1024), "b0", "node-a");
        var containers = new List<(ulong Group, string? Container, string? Pod)>();
        using var collector = new ExecCollector(record =>
        {
            var workload = identities.Workload(record.Head.Group);
            if (workload?.ContainerId == Id) containers.Add((record.Head.Group, workload.ContainerId, workload.PodUid));
        });
        collector.Start(default);

        ulong id;
        using (var group = new TestGroup($"/kubepods-coral-test/burstable/pod{Uid}/{Id}"))
        {
            id = group.Id;
            await group.Run("/bin/true");
        }

        Pump.Empty(collector);
        Assert.Equal([(id, Id, Uid), (id, Id, Uid)], containers);
    }

    [CollectorFact]
    public async Task The_kernel_takes_no_more_than_the_budget_said_before_loading()
    {
        foreach (var collector in All())
        {
            using (collector)
            {
                var budget = collector.Program.Budget;
                collector.Start(default);
                // What belongs to sockets and threads is taken when they have it, and a place for requests of HTTP/2 when there is a connection of that.
                foreach (var (map, bytes) in budget.Maps.Where(map => map.Map is not ("sockets" or "tasks" or "waiting_requests")))
                {
                    var info = await File.ReadAllTextAsync($"/proc/self/fdinfo/{collector.Program.Map(map)}");
                    var taken = long.Parse(info.Split('\n').Single(line => line.StartsWith("memlock:", StringComparison.Ordinal)).AsSpan("memlock:".Length), CultureInfo.InvariantCulture);
                    Assert.True(taken <= bytes && bytes <= (taken * 5 / 4) + 16_384, $"{collector.Program.Name} {map}: the kernel says {taken}, the budget {bytes}");
                }
            }
        }
    }

    [CollectorFact]
    public async Task Reading_allocates_nothing_for_a_record()
    {
        using var group = new TestGroup();
        var (records, bytes) = (0, 0L);
        using var collector = new ExecCollector(record =>
        {
            records++;
            bytes += record.Path.Length + record.Arguments.Length + record.Name.Length;
        });
        collector.Start(default);
        await group.Run("/bin/true");
        Pump.Empty(collector);
        await group.Run("/bin/sh", "-c", "i=0; while [ $i -lt 500 ]; do /bin/true a b c; i=$((i+1)); done");
        records = 0;

        var before = GC.GetAllocatedBytesForCurrentThread();
        Pump.Empty(collector);
        var after = GC.GetAllocatedBytesForCurrentThread();

        Assert.True(records >= 1000 && bytes > 0, $"{records} records");
        Assert.Equal(0, after - before);
    }

    [CollectorFact]
    public async Task No_call_is_missed()
    {
        using var group = new TestGroup();
        foreach (var collector in All())
        {
            using (collector)
            {
                collector.Start(default);
                await Pump.While(group.Run("/bin/true"), collector);
                Assert.All(collector.Program.Programs, program => Assert.Equal(0UL, program.RecursionMisses));
            }
        }
    }

    [CollectorFact]
    public void The_verifier_takes_no_more_steps_than_were_recorded()
    {
        var found = new Dictionary<string, uint>(StringComparer.Ordinal);
        foreach (var collector in All().Concat(Ways.Select(hooks => new HttpCollector(hasRecords: true, _ => { }, hooks))))
        {
            using (collector)
            {
                // The verifier walks no branch of which it knows that it is never taken, so that a limit is set.
                collector.Start(CollectorSettings.Rate(1000));
                foreach (var program in collector.Program.Programs) found[$"{collector.Program.Name}/{program.Name}"] = program.VerifiedInstructions;
            }
        }

        VerifierSteps.Check(Environment.OSVersion.Version.ToString(2), found);
    }

    private static IEnumerable<HttpHooks> Ways => new[] { HttpHooks.Sockets, HttpHooks.Calls }.Where(hooks => hooks.IsThere);

    private static IEnumerable<Collector> All() =>
    [
        new ExecCollector(_ => { }), new ConnectCollector((in _) => { }), new TcpCollector((in _) => { }), new SyscallCollector(SyscallHooks.Typed), new SyscallCollector(SyscallHooks.Events), new HttpCollector(false, _ => { }),
        new GroupWatch(new ControlGroupTable([], TimeProvider.System)),
    ];
}
