using System.Diagnostics;
using Coral.NodeAgent.Bpf;
using Coral.NodeAgent.Collectors;
using Coral.NodeAgent.Collectors.Accounting;
using Coral.NodeAgent.Collectors.Exec;
using Coral.NodeAgent.Collectors.Groups;
using Coral.NodeAgent.Collectors.Syscalls;
using Coral.NodeAgent.Collectors.Tcp;
using Coral.Testing;

namespace Coral.NodeAgent.Tests.Collectors.Real;

/// <summary>Control groups that come and go, more of them than the maps have places.</summary>
[Collection(CollectorTools.OneByOne)]
public sealed class GoneTests
{
    private const int GroupsOfTurn = 250;
    private const int Bytes = 100;

    // The maps have 1024 places.
    private static readonly int Turns = Environment.GetEnvironmentVariable("CORAL_SOAK") == "1" ? 80 : 6;
    private static readonly int Groups = Turns * GroupsOfTurn;

    // In each group one process makes three calls and a connection, and ends. Every second hands its connection over before, and that is closed only when the group is gone, so that the end of the socket comes after the end of its group.
    // No end is left to a timer: that would tell of it while whatever task it interrupts is the current one, and a kernel may keep programs from some (the one of a virtual machine whose first process is its supervisor's).
    private const string Work =
        """
        import os, socket, sys
        root, turns, groups, size = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4])
        server = socket.create_server(('127.0.0.1', 0))
        for turn in range(turns):
            late = []
            for number in range(groups):
                folder = f'{root}/{turn}-{number}'
                os.mkdir(folder)
                mine, its = socket.socketpair()
                child = os.fork()
                if child == 0:
                    procs = os.open(folder + '/cgroup.procs', os.O_WRONLY)
                    os.write(procs, b'0')
                    for _ in range(3): os.getppid()
                    s = socket.create_connection(server.getsockname())
                    s.sendall(b'x' * size)
                    if number % 2: socket.send_fds(its, [b'x'], [s.fileno()])
                    os._exit(0)
                accepted, _ = server.accept()
                os.waitpid(child, 0)
                got = 0
                while got < size: got += len(accepted.recv(65536))
                if number % 2:
                    _, (handed,), _, _ = socket.recv_fds(mine, 1, 1)
                    late.append((accepted, socket.socket(fileno=handed)))
                else:
                    # The client has closed: its socket ends with this, while its group is there.
                    accepted.recv(1)
                    accepted.close()
                mine.close()
                its.close()
                os.rmdir(folder)
            for accepted, handed in late:
                accepted.close()
                handed.close()
        """;

    private readonly List<(ulong Group, ulong Sent)> closed = [];

    [CollectorFact]
    public async Task Thousands_of_groups_in_a_row_have_each_their_place_and_the_books_close()
    {
        using var group = new TestGroup();
        var time = new FakeTimeProvider();
        var table = new ControlGroupTable([.. Hierarchy.All()], time);
        using var watch = new GroupWatch(table);
        using var exec = new ExecCollector(_ => { });
        using var connect = new ConnectCollector((in _) => { });
        using var tcp = new TcpCollector((in TcpRecord record) => closed.Add((record.Head.Group, record.Totals.Sent)));
        using var syscalls = new SyscallCollector();
        Collector[] collectors = [exec, connect, tcp, syscalls];
        var books = collectors.ToDictionary(collector => collector, _ => new Dictionary<ulong, Counts>());
        var (calls, sums) = (new Dictionary<ulong, ulong>(), new Dictionary<ulong, TcpSums>());
        watch.Start(default);
        foreach (var collector in collectors)
        {
            collector.Start(default);
            collector.BooksParted += (id, counts) => books[collector][id] = counts + books[collector].GetValueOrDefault(id);
        }

        syscalls.SumsParted += (key, sum) => _ = SyscallNames.Of(key.Number) == "getppid" && table.Find(key.Group)?.Path.StartsWith(group.Path, StringComparison.Ordinal) == true && calls.TryAdd(key.Group, sum.Count);
        tcp.SumsParted += (id, sum) => sums.TryAdd(id, sum);
        table.Scan();
        using var process = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", Work, group.Folder, $"{Turns}", $"{GroupsOfTurn}", $"{Bytes}"]) { UseShellExecute = false })!;
        var run = process.WaitForExitAsync();
        while (!run.IsCompleted)
        {
            await Pump.While(Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System), [watch, .. collectors]);
            Part();
        }

        await Pump.While(run, [watch, .. collectors]);
        Part();

        Assert.Equal(0, process.ExitCode);
        var mine = calls.Keys.ToHashSet();
        Assert.Equal(Groups, mine.Count);
        Assert.All(calls.Values, count => Assert.Equal(3UL, count));
        // Of each group the books were told, with all that its process did: its end, and of the connection at least that it came to stand. An interrupt in a program keeps the kernel from calling it: that is told.
        Assert.All(mine, id => Assert.InRange(books[exec].GetValueOrDefault(id).Seen, 0UL, 1UL));
        Assert.All(mine, id => Assert.InRange(books[connect].GetValueOrDefault(id).Emitted, 0UL, 1UL));
        Assert.InRange((ulong)mine.Count(id => books[exec].GetValueOrDefault(id).Seen == 0), 0UL, LeftOut(exec));
        Assert.InRange((ulong)mine.Count(id => books[connect].GetValueOrDefault(id).Emitted == 0), 0UL, LeftOut(connect));
        foreach (var collector in collectors)
        {
            collector.Program.Detach();
            Pump.Empty(collector);
            var account = collector.Account();
            Assert.Equal(account.Total.Seen, account.Total.Accounted);
            Assert.Equal((0UL, 0UL), (account.Total.LostMap, account.Total.LostRing));
            Assert.Equal(account.Total.Emitted, account.Received);
            Assert.DoesNotContain(account.Groups.Keys, mine.Contains);
            Assert.Equal(books[collector].Values.Aggregate(default(Counts), (sum, counts) => sum + counts), account.Gone);
        }

        // What came after the end of the group is counted with the rest.
        var (all, leftOut) = ((ulong)Groups, LeftOut(tcp));
        var ended = closed.Where(one => mine.Contains(one.Group)).ToList();
        Assert.InRange((ulong)ended.Count, all - leftOut, all);
        Assert.Equal(ended.Count, ended.DistinctBy(one => one.Group).Count());
        Assert.All(ended, one => Assert.Equal((ulong)Bytes, one.Sent));
        var parted = sums.Where(pair => mine.Contains(pair.Key)).Select(pair => pair.Value).ToList();
        Assert.InRange(parted.Aggregate(0UL, (sum, of) => sum + of.Opened), all - leftOut, all);
        var after = all - parted.Aggregate(0UL, (sum, of) => sum + of.Closed);
        Assert.True(after >= all / 2 && tcp.Sums()[0].Closed + leftOut >= after, $"{after} ended after their group, {tcp.Sums()[0].Closed} are with the rest, {leftOut} were left out");
        Assert.Equal(LeftOut(exec), exec.Account().Groups.GetValueOrDefault(0UL).Error);

        static ulong LeftOut(Collector collector) => collector.Account().Total.Error;

        void Part()
        {
            time.Advance(TimeSpan.FromSeconds(1));
            var gone = table.TakeGone();
            Assert.True(RunningPrograms.Await());
            foreach (var collector in collectors) collector.Part(gone);
        }
    }
}
