using System.Text;
using Coral.NodeAgent.Collectors.Tcp;
using Coral.NodeAgent.Native;

namespace Coral.NodeAgent.Tests.Collectors.Real;

/// <summary>The collector <c>connect</c> beside a script whose outcomes are known and the clock of the client.</summary>
[Collection(CollectorTools.OneByOne)]
public sealed class ConnectTests
{
    // In a network of its own: 10.9.0.1 answers nothing, 10.9.0.2 is refused with an ICMP message, port 9 by a reset.
    private const string Work =
        """
        import errno, os, socket, subprocess, time
        def sh(*words): subprocess.run(words, check=True)
        sh('ip', 'link', 'set', 'lo', 'up')
        sh('ip', 'addr', 'add', '10.9.0.1/32', 'dev', 'lo')
        sh('ip', 'addr', 'add', '10.9.0.2/32', 'dev', 'lo')
        sh('nft', 'add table inet t; add chain inet t in { type filter hook input priority 0; }; add rule inet t in ip daddr 10.9.0.1 tcp dport 80 drop; add rule inet t in ip daddr 10.9.0.2 tcp dport 80 reject with icmp type host-unreachable')
        def attempt(family, address, syns=None):
            s = socket.socket(family)
            if syns: s.setsockopt(socket.IPPROTO_TCP, socket.TCP_SYNCNT, syns)
            begun = time.monotonic_ns()
            try:
                s.connect(address)
                code = 0
            except OSError as e: code = e.errno
            print(errno.errorcode.get(code, 'ok'), time.monotonic_ns() - begun, flush=True)
            return s
        four = socket.create_server(('127.0.0.1', 0))
        six = socket.create_server(('::1', 0), family=socket.AF_INET6)
        kept = []
        for server in (four, six):
            for _ in range(20):
                kept.append(attempt(server.family, server.getsockname()))
                kept.append(server.accept()[0])
        for _ in range(7): attempt(socket.AF_INET, ('127.0.0.1', 9))
        for _ in range(3): attempt(socket.AF_INET, ('10.9.0.2', 80), 1)
        attempt(socket.AF_INET, ('10.9.0.1', 80), 1)
        # Without waiting: one that comes to stand, and one that is given up.
        s = socket.socket()
        s.setblocking(False)
        s.connect_ex(four.getsockname())
        four.accept()
        s = socket.socket()
        s.setblocking(False)
        s.connect_ex(('10.9.0.1', 80))
        s.close()
        """;

    private readonly List<ConnectRecord> records = [];

    [CollectorFact]
    public Task Outcomes_are_those_of_the_script_and_times_those_of_its_clock() => TimerEvents.AttemptAsync(CompareAsync);

    private async Task CompareAsync()
    {
        using var group = new TestGroup();
        var id = group.Id;
        using var collector = new ConnectCollector((in ConnectRecord record) => records.Add(record));
        collector.Start(default);

        var run = group.Run("unshare", "-n", "/usr/bin/python3", "-c", Work);
        await Pump.While(run, collector);

        var told = (await run).Output.Trim().Split('\n').Select(line => line.Split(' ')).Select(words => (Outcome: words[0], Nanoseconds: ulong.Parse(words[1], System.Globalization.CultureInfo.InvariantCulture))).ToList();
        Assert.Equal(51, told.Count);
        var here = records.Where(record => record.Head.Group == id).ToList();
        var asked = here.Where(record => record.Head.Kind == ConnectRecord.KindConnect).ToList();
        Assert.Equal([.. told.Select(line => line.Outcome), "ok", "ECANCELED"], asked.Select(Outcome));
        Assert.Equal(["ECONNREFUSED", "EHOSTUNREACH", "ETIMEDOUT"], asked.Select(Outcome).Where(outcome => outcome is not ("ok" or "ECANCELED")).Distinct());
        // The client's clock runs from before the call to after it: what the kernel measures lies within.
        foreach (var (record, line) in asked.Zip(told)) Assert.InRange(record.Nanoseconds, 1UL, line.Nanoseconds);
        Assert.True(asked[50].Nanoseconds > 1_000_000_000, "one that nobody answers takes as long as its packets are repeated");
        var accepted = here.Where(record => record.Head.Kind == ConnectRecord.KindAccept).ToList();
        Assert.Equal(41, accepted.Count);
        Assert.Equal(20, accepted.Count(record => record.Ends.Local.ToString() == "::1"));
        Assert.All(here, record => Assert.Equal("python3", Encoding.ASCII.GetString(SocketOwner.Name(in record.Owner))));
        Assert.Single(here.Select(record => record.Owner.Pid).Distinct());
        Assert.Equal(asked[0].Ends.RemotePort, accepted[0].Ends.LocalPort);
        Assert.Equal(asked[0].Ends.LocalPort, accepted[0].Ends.RemotePort);
        Assert.Equal((ulong)here.Count, Pump.Closed(collector.Account(), id).Emitted);
    }

    private static string Outcome(ConnectRecord record) => record.Error == 0 ? "ok" : Errno.NameOf(record.Error);
}
