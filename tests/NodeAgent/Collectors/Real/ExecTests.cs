using System.Text;
using Coral.NodeAgent.Collectors;
using Coral.NodeAgent.Collectors.Exec;

namespace Coral.NodeAgent.Tests.Collectors.Real;

/// <summary>The collector <c>exec</c> on the kernel that the tests run on, beside what is known of the work and what strace counts.</summary>
[Collection(CollectorTools.OneByOne)]
public sealed class ExecTests
{
    private const int Times = 300;

    /// <summary>So many forks, execs and exits, and the shell itself.</summary>
    private const string Loop = "i=0; while [ $i -lt $0 ]; do /bin/true; i=$((i+1)); done";

    private readonly List<Seen> seen = [];

    [CollectorFact]
    public async Task Every_fork_exec_and_exit_of_a_group_is_seen_once_and_strace_counts_the_same()
    {
        using var group = new TestGroup();
        var id = group.Id;
        using var collector = Started(default);

        await Pump.While(group.Run("/bin/sh", "-c", Loop, $"{Times}"), collector);

        var here = seen.Where(record => record.Group == id).ToList();
        Assert.Equal((Times, Times + 1, Times + 1), (Count(here, ProcessRecordKind.Fork), Count(here, ProcessRecordKind.Exec), Count(here, ProcessRecordKind.Exit)));
        var counts = Pump.Closed(collector.Account(), id);
        Assert.Equal((3UL * Times) + 2, counts.Emitted);
        Assert.Equal(0UL, counts.Lost);
        Assert.Equal(collector.Account().Total.Emitted, collector.Account().Received);

        var strace = await group.Run("strace", "-f", "-qq", "-c", "-e", "trace=execve", "/bin/sh", "-c", Loop, $"{Times}");
        // "100.00 0.1 333 301 execve"; the first is the one that strace itself begins.
        Assert.Contains($" {Times + 1} ", strace.Errors.Split('\n').Single(line => line.EndsWith("execve", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [CollectorFact]
    public async Task Arguments_path_parents_and_exit_codes_are_those_of_the_work()
    {
        using var group = new TestGroup();
        var id = group.Id;
        using var collector = Started(default);

        await Pump.While(group.Run("/bin/sh", "-c", """/bin/echo "two words" '' x; sh -c 'exit 7'; sh -c 'kill -9 $$'; :"""), collector);

        var here = seen.Where(record => record.Group == id).ToList();
        var echo = here.Single(record => record.Kind == ProcessRecordKind.Exec && record.Path == "/bin/echo");
        Assert.Equal(["/bin/echo", "two words", "", "x"], echo.Arguments);
        Assert.Equal(("echo", 4, "sh", 0U), (echo.Name, echo.ArgumentCount, echo.ParentName, echo.User));
        var shell = here.First(record => record.Kind == ProcessRecordKind.Exec && record.Path == "/bin/sh");
        Assert.Equal((shell.Pid, shell.Start), (echo.Parent, echo.ParentStart));
        Assert.Equal((echo.Pid, echo.Start), here.Where(record => record.Kind == ProcessRecordKind.Fork && record.Pid == echo.Pid).Select(record => (record.Pid, record.Start)).Single());
        Assert.Equal([0U, 7U << 8, 9U, 0U], here.Where(record => record.Kind == ProcessRecordKind.Exit).Select(record => record.Status));
    }

    [CollectorFact]
    public async Task Long_argument_vectors_are_cut_and_their_true_size_is_told()
    {
        using var group = new TestGroup();
        var id = group.Id;
        var argument = string.Concat(Enumerable.Range(0, 9_000).Select(n => $"{n:x8},"));
        using var collector = Started(default);

        await Pump.While(group.Run("/bin/true", argument, "last"), collector);

        var exec = seen.Single(record => record.Group == id && record.Kind == ProcessRecordKind.Exec);
        Assert.Equal((3, "/bin/true".Length + 1 + argument.Length + 1 + "last".Length + 1), (exec.ArgumentCount, exec.ArgumentBytes));
        Assert.Equal(["/bin/true", argument[..(4096 - "/bin/true".Length - 1)]], exec.Arguments);
    }

    [CollectorFact]
    public async Task A_process_of_many_threads_ends_once_with_the_code_that_wait_gives()
    {
        using var group = new TestGroup();
        var id = group.Id;
        using var collector = Started(default);

        var run = group.Run("/usr/bin/python3", "-c", "import threading,os\nt=[threading.Thread(target=lambda: None) for _ in range(50)]\n[x.start() for x in t]\n[x.join() for x in t]\nos._exit(5)");
        await Pump.While(run, collector);

        var exit = seen.Single(record => record.Group == id && record.Kind == ProcessRecordKind.Exit);
        Assert.Equal(5U << 8, exit.Status);
        // Threads are seen and filtered: 50 made and 50 ended, beside one exec and one exit.
        var counts = Pump.Closed(collector.Account(), id);
        Assert.Equal((102UL, 100UL, 2UL), (counts.Seen, counts.Filtered, counts.Emitted));
    }

    [CollectorFact]
    public async Task What_a_stopped_reader_misses_is_counted_and_charged_to_the_group_that_made_it()
    {
        const int Many = 4_000;
        using var noisy = new TestGroup();
        using var quiet = new TestGroup();
        var (noisyId, quietId) = (noisy.Id, quiet.Id);
        using var collector = Started(default);

        // A record of an exec with 4 KiB of arguments: the ring of 1 MiB is full after some 240, and nobody reads.
        var padding = new string('x', 4_000);
        await noisy.Run("/bin/sh", "-c", "i=0; while [ $i -lt $0 ]; do /bin/true $1; i=$((i+1)); done", $"{Many}", padding);
        await quiet.Run("/bin/sh", "-c", Loop, "10");
        Pump.Empty(collector);

        var account = collector.Account();
        var counts = Pump.Closed(account, noisyId);
        Assert.Equal((3UL * Many) + 2, counts.Emitted + counts.LostRing);
        Assert.True(counts.LostRing > Many, $"the ring was full: {counts}");
        Assert.Equal((ulong)seen.Count(record => record.Group == noisyId), counts.Emitted);
        var small = Pump.Closed(account, quietId);
        Assert.Equal(32UL, small.Emitted + small.LostRing);
        Assert.Equal((ulong)seen.Count(record => record.Group == quietId), small.Emitted);

        // The transport knows the same by itself, once something has come through behind the gap of each CPU.
        for (var cpu = 0; cpu < Cpus.Possible; cpu++) await quiet.Run("taskset", "-c", $"{cpu}", "/bin/sh", "-c", Loop, "5");
        Pump.Empty(collector);
        account = collector.Account();
        Assert.Equal(account.Total.Emitted + account.Total.LostRing, account.Tries);
        // What others on this machine did meanwhile waits in the ring.
        Assert.InRange(account.Received + account.Gaps, account.Tries - 500, account.Tries);
    }

    [CollectorFact]
    public async Task A_group_that_floods_is_held_to_its_rate_and_another_is_not_touched()
    {
        using var noisy = new TestGroup();
        using var quiet = new TestGroup();
        var (noisyId, quietId) = (noisy.Id, quiet.Id);
        using var collector = Started(CollectorSettings.Rate(100));

        await Pump.While(Task.WhenAll(noisy.Run("/bin/sh", "-c", Loop, "1000"), quiet.Run("/bin/sh", "-c", Loop, "20")), collector);

        var account = collector.Account();
        var counts = Pump.Closed(account, noisyId);
        Assert.Equal(3002UL, counts.Emitted + counts.LostRate);
        Assert.True(counts.Emitted >= 100 && counts.LostRate > 1000, $"{counts}");
        Assert.Equal((62UL, 0UL), (Pump.Closed(account, quietId).Emitted, Pump.Closed(account, quietId).LostRate));
    }

    private ExecCollector Started(CollectorSettings settings)
    {
        var collector = new ExecCollector(record => seen.Add(new Seen(record)));
        collector.Start(settings);
        return collector;
    }

    private static int Count(IEnumerable<Seen> records, ProcessRecordKind kind) => records.Count(record => record.Kind == kind);

    /// <summary>A copy of a record.</summary>
    private sealed class Seen(ProcessRecord record)
    {
        internal ProcessRecordKind Kind { get; } = record.Kind;

        internal ulong Group { get; } = record.Head.Group;

        internal int Pid { get; } = record.Pid;

        internal int Parent { get; } = record.ParentPid;

        internal ulong Start { get; } = record.Start;

        internal ulong ParentStart { get; } = record.ParentStart;

        internal uint Status { get; } = record.Status;

        internal uint User { get; } = record.User;

        internal string Name { get; } = Encoding.UTF8.GetString(record.Name);

        internal string ParentName { get; } = Encoding.UTF8.GetString(record.ParentName);

        internal string Path { get; } = Encoding.UTF8.GetString(record.Path);

        internal int ArgumentCount { get; } = record.ArgumentCount;

        internal int ArgumentBytes { get; } = (int)record.ArgumentBytes;

        internal string[] Arguments { get; } = Encoding.UTF8.GetString(record.Arguments).TrimEnd('\0').Split('\0');
    }
}
