using Coral.Audit.Events;
using Coral.Audit.Events.Kernel;
using Coral.NodeAgent.Collectors.Groups;
using Coral.NodeAgent.Collectors.Running;
using Coral.Testing.Kit;

namespace Coral.NodeAgent.Tests.Collectors.Real;

/// <summary>The engine of all verbs, on the kernel that the tests run on.</summary>
[Collection(CollectorTools.OneByOne)]
public sealed class EngineTests
{
    private static readonly AuditOrigin Origin = new() { Service = "coral-agent", Node = "node-a" };

    private readonly List<string> said = [];

    [CollectorFact]
    public async Task Sums_of_the_windows_are_the_total()
    {
        using var group = new TestGroup();
        var id = group.Id;
        var output = new RecordingOutput();
        using var stop = new CancellationTokenSource();
        var engine = new CollectorEngine(
            new EngineOptions { Collectors = ["exec", "syscall_stats"], Window = TimeSpan.FromMilliseconds(200), Rate = 0, Origin = Origin }, [output], said.Add, TimeProvider.System);
        var running = engine.RunAsync(stop.Token);
        await Eventually.Async(() => Task.FromResult(output.Flushes > 0), TimeSpan.FromSeconds(30), "it looks");
        // The group is at work for several windows.
        await group.Run("/bin/sh", "-c", "i=0; while [ $i -lt 300 ]; do /bin/true; /bin/readlink /proc/self/exe >/dev/null; i=$((i+1)); done; sleep 0.5; /bin/true");
        await stop.CancelAsync();
        Assert.Equal(CollectorEngine.Done, await running);

        foreach (var status in engine.Collectors)
        {
            var total = status.Account!.Groups[id];
            var windows = output.Of<CollectorAccountEvent>(group.Path).Where(account => account.Name == status.Name).ToList();
            Assert.Equal(CollectorState.Ended, status.State);
            Assert.True(windows.Count >= 2, $"{status.Name}: {windows.Count} windows");
            Assert.Equal(
                (total.Seen, total.Filtered, total.Aggregated, total.Emitted),
                ((ulong)windows.Sum(window => window.Seen), (ulong)windows.Sum(window => window.Filtered), (ulong)windows.Sum(window => window.Aggregated), (ulong)windows.Sum(window => window.Emitted)));
        }

        var calls = output.Of<SyscallSumsEvent>(group.Path).ToList();
        Assert.Equal((long)engine.Collectors[1].Account!.Groups[id].Aggregated, calls.Sum(call => call.Calls));
        Assert.Equal((300, true), (calls.Where(call => call.Name == "readlink").Sum(call => call.Calls), calls.Count(call => call.Name == "execve") >= 2));
        Assert.Equal(603, output.Of<ProcessEvent>(group.Path).Count(e => e.Action == ProcessAction.Exec));
    }

    [CollectorFact]
    public async Task Without_windows_the_sums_of_many_groups_that_went_are_told_before_the_end_and_once()
    {
        const int Groups = 1500;
        const string Work =
            """
            import os, sys, time
            root, groups = sys.argv[1], int(sys.argv[2])
            for number in range(groups):
                folder = f'{root}/{number}'
                os.mkdir(folder)
                child = os.fork()
                if child == 0:
                    procs = os.open(folder + '/cgroup.procs', os.O_WRONLY)
                    os.write(procs, b'0')
                    for _ in range(3): os.getppid()
                    os._exit(0)
                os.waitpid(child, 0)
                os.rmdir(folder)
                # No more at once than the maps have places.
                time.sleep(0.005)
            """;
        using var group = new TestGroup();
        var output = new RecordingOutput();
        using var stop = new CancellationTokenSource();
        var engine = new CollectorEngine(new EngineOptions { Collectors = ["syscall_stats"], Rate = 0, Origin = Origin }, [output], said.Add, TimeProvider.System);
        var running = engine.RunAsync(stop.Token);
        await Eventually.Async(() => Task.FromResult(output.Flushes > 0), TimeSpan.FromSeconds(30), "it looks");
        Assert.Equal(0, (await Command.Run("/usr/bin/python3", ["-c", Work, group.Folder, $"{Groups}"])).ExitCode);
        await Eventually.Async(() => Task.FromResult(Calls().Count() >= 1024), TimeSpan.FromSeconds(30), "sums are told");
        await stop.CancelAsync();
        Assert.Equal(CollectorEngine.Done, await running);

        Assert.Equal(Groups, Calls().Count());
        Assert.All(Calls(), call => Assert.Equal(3, call.Calls));

        IEnumerable<SyscallSumsEvent> Calls() => Enumerable.Range(0, Groups).SelectMany(number => output.Of<SyscallSumsEvent>($"{group.Path}/{number}")).Where(call => call.Name == "getppid");
    }

    [CollectorFact]
    public async Task What_the_memory_is_too_small_for_is_left_out_with_its_reason_and_the_others_work()
    {
        var output = new RecordingOutput();
        using var stop = new CancellationTokenSource();
        var engine = new CollectorEngine(
            new EngineOptions { Collectors = ["exec", "syscall_stats", "connect"], LeavesOut = true, MaxMemory = 4 * 1024 * 1024, Origin = Origin }, [output], said.Add, TimeProvider.System);
        var running = engine.RunAsync(stop.Token);
        await Eventually.Async(() => Task.FromResult(output.Flushes > 0), TimeSpan.FromSeconds(30), "it looks");
        await stop.CancelAsync();

        Assert.Equal(CollectorEngine.Done, await running);
        Assert.Equal([CollectorState.Ended, CollectorState.LeftOut, CollectorState.Ended], engine.Collectors.Select(status => status.State));
        Assert.Matches("^it needs [0-9]+ KiB of the kernel's memory, and [0-9]+ KiB of 4096 KiB are left$", engine.Collectors[1].Reason);
        Assert.Contains($"without syscall_stats: {engine.Collectors[1].Reason}", said);
    }

    [CollectorFact]
    public async Task Containers_that_were_there_are_known_also_where_no_control_group_is_mounted()
    {
        const string Id = "6f1c0d2e4f1c0d2e4f1c0d2e4f1c0d2e4f1c0d2e4f1c0d2e4f1c0d2e4f1c0d2e";
        using var group = new TestGroup($"/kubepods-coral-test/burstable/pod2f0c1b2a-3d4e-5f60-7182-93a4b5c6d7e8/{Id}");
        using var busy = group.Start("/bin/sh", "-c", "while :; do /bin/true; sleep 0.1; done");
        try
        {
            var agent = Path.Join(AppContext.BaseDirectory, "coral-agent.dll");
            var result = await Command.Run("unshare", ["-m", "/bin/sh", "-c", $"umount -l /sys/fs/cgroup; exec dotnet {agent} run --collectors exec --for 2s -o json"]);

            Assert.Equal(0, result.ExitCode);
            Assert.Contains(result.Output.Split('\n'), line => line.Contains($"\"id\":\"{Id}\"", StringComparison.Ordinal) && line.Contains("/bin/true", StringComparison.Ordinal));
        }
        finally
        {
            busy.Kill();
            await busy.WaitForExitAsync();
        }
    }

    [CollectorFact]
    public async Task What_happens_while_the_last_books_are_read_is_in_none_of_them()
    {
        using var group = new TestGroup();
        var output = new BusyOutput(group);
        using var stop = new CancellationTokenSource();
        var engine = new CollectorEngine(new EngineOptions { Collectors = ["connect", "tcp_metrics"], Rate = 0, Origin = Origin }, [output], said.Add, TimeProvider.System);
        var running = engine.RunAsync(stop.Token);
        await Eventually.Async(() => Task.FromResult(output.Flushes > 0), TimeSpan.FromSeconds(30), "it looks");
        await group.Run(BusyOutput.Work);
        await stop.CancelAsync();

        Assert.Equal(CollectorEngine.Done, await running);
        // The sums of tcp_metrics are told between its last record and its books, and just then the group connects again.
        Assert.True(output.WasBusy);
        foreach (var account in engine.Collectors.Select(status => status.Account!)) Assert.Equal((account.Tries, account.Total.Seen), (account.Received, account.Total.Accounted));
    }
}
