using System.Globalization;
using System.Text;
using Coral.NodeAgent.Collectors;
using Coral.NodeAgent.Collectors.Tcp;
using Coral.Testing.Kit;

namespace Coral.NodeAgent.Tests.Collectors.Real;

/// <summary>The collector <c>tcp_metrics</c> beside what is known of the work, <c>ss</c>, and the counters of a network namespace of its own.</summary>
[Collection(CollectorTools.OneByOne)]
public sealed class TcpTests
{
    private const string Python = "/usr/bin/python3";

    /// <summary>Tells its port, takes so many connections, reads each to its end and answers; the client goes first, so that its end comes last.</summary>
    private const string Server =
        """
        import socket, sys
        times, size = int(sys.argv[1]), int(sys.argv[2])
        s = socket.create_server(('127.0.0.1', int(sys.argv[3]) if len(sys.argv) > 3 else 0))
        print(s.getsockname()[1], flush=True)
        for _ in range(times):
            c, _ = s.accept()
            while c.recv(65536): pass
            c.sendall(b'y' * size)
            c.close()
        """;

    private const string Client =
        """
        import socket, sys
        port, times, size = int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
        for _ in range(times):
            c = socket.create_connection(('127.0.0.1', port))
            c.sendall(b'x' * size)
            c.shutdown(socket.SHUT_WR)
            while c.recv(65536): pass
            c.close()
        """;

    private readonly List<TcpRecord> records = [];

    [CollectorFact]
    public async Task Bytes_and_connections_of_each_side_are_exact()
    {
        const int Times = 50;
        using var servers = new TestGroup();
        using var clients = new TestGroup();
        var (serverId, clientId) = (servers.Id, clients.Id);
        using var collector = Started();

        using var server = servers.Start(Python, "-c", Server, $"{Times}", "30000");
        var port = await server.StandardOutput.ReadLineAsync();
        await Pump.While(clients.Run(Python, "-c", Client, port!, $"{Times}", "70001"), collector);
        await Pump.While(server.WaitForExitAsync(), collector);
        await Pump.Until(() => records.Count(record => record.Head.Group == serverId || record.Head.Group == clientId) == 2 * Times, collector);

        var sums = collector.Sums();
        var (ours, theirs) = (sums[clientId], sums[serverId]);
        Assert.Equal(((ulong)Times, 0UL, 0UL, (ulong)Times), (ours.Opened, ours.Accepted, ours.Failed, ours.Closed));
        Assert.Equal((Times * 70_001UL, Times * 30_000UL), (ours.Sent, ours.Received));
        Assert.Equal((0UL, (ulong)Times, (ulong)Times), (theirs.Opened, theirs.Accepted, theirs.Closed));
        Assert.Equal((Times * 30_000UL, Times * 70_001UL), (theirs.Sent, theirs.Received));
        Assert.All(records.Where(record => record.Head.Group == clientId), record =>
        {
            Assert.Equal((70_001UL, 30_000UL, "127.0.0.1", port, true), (record.Totals.Sent, record.Totals.Received, record.Ends.Remote.ToString(), $"{record.Ends.RemotePort}", record.IsActive));
            Assert.Equal("python3", Encoding.ASCII.GetString(SocketOwner.Name(in record.Owner)));
            Assert.True(record.Established >= record.Opened && record.Head.Time > record.Established && record.RoundTrip > 0);
        });
        Assert.All(records.Where(record => record.Head.Group == serverId), record => Assert.Equal((server.Id, false, port), (record.Owner.Pid, record.IsActive, $"{record.Ends.LocalPort}")));
        Pump.Closed(collector.Account(), clientId);
        Pump.Closed(collector.Account(), serverId);
    }

    [CollectorFact]
    public async Task What_a_live_connection_has_carried_is_what_ss_says_and_is_added_once()
    {
        using var group = new TestGroup();
        var id = group.Id;
        using var collector = Started();
        const string Work =
            """
            import socket, sys
            s = socket.create_server(('127.0.0.1', 0))
            c = socket.create_connection(s.getsockname())
            a, _ = s.accept()
            for size in (12345, 777):
                c.sendall(b'x' * size)
                got = 0
                while got < size: got += len(a.recv(65536))
                print(s.getsockname()[1], flush=True)
                sys.stdin.readline()
            """;
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/bin/sh", ["-c", $"echo $$ > {group.Folder}/cgroup.procs; exec {Python} -c \"$0\"", Work])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;

        foreach (var sent in new[] { 12_345UL, 13_122UL })
        {
            var port = await process.StandardOutput.ReadLineAsync();
            collector.Refresh();
            collector.Refresh();

            var sums = collector.Sums()[id];
            Assert.Equal((sent, sent, 0UL), (sums.Sent, sums.Received, sums.Closed));
            var ss = (await Command.Run("ss", ["-tinHO", "sport", "=", $":{port}", "or", "dport", "=", $":{port}"])).Output;
            Assert.Equal(sums.SegmentsOut, Field(ss, "segs_out:"));
            Assert.Equal(sums.SegmentsIn, Field(ss, "segs_in:"));
            Assert.Equal(sums.Sent, Field(ss, "bytes_sent:") - Field(ss, "bytes_retrans:"));
            Assert.Equal(sums.Received, Field(ss, "bytes_received:"));
            await process.StandardInput.WriteLineAsync();
        }

        await Pump.While(process.WaitForExitAsync(), collector);
        Assert.Equal((13_122UL, 13_122UL), (collector.Sums()[id].Sent, collector.Sums()[id].Received));
    }

    [CollectorFact]
    public async Task States_are_those_of_ss_whenever_nothing_moves()
    {
        using var group = new TestGroup();
        var id = group.Id;
        using var collector = Started();
        // A network of its own. After each step it tells how many sockets ss finds in which state.
        const string Work =
            """
            import collections, socket, subprocess, sys, time
            subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)
            subprocess.run(['ip', 'addr', 'add', '10.9.0.1/32', 'dev', 'lo'], check=True)
            subprocess.run(['nft', 'add table inet t; add chain inet t in { type filter hook input priority 0; }; add rule inet t in ip daddr 10.9.0.1 tcp dport 80 drop'], check=True)
            def states():
                return collections.Counter(line.split()[0] for line in subprocess.run(['ss', '-tanH'], capture_output=True, text=True, check=True).stdout.splitlines())
            def tell():
                print(' '.join(f'{state}={count}' for state, count in states().items()), flush=True)
                sys.stdin.readline()
            s = socket.create_server(('127.0.0.1', 0))
            tell()
            pairs = []
            for _ in range(9):
                c = socket.create_connection(s.getsockname())
                pairs.append((c, s.accept()[0]))
            tell()
            for c, _ in pairs[:5]: c.shutdown(socket.SHUT_WR)
            # The other's confirmation may take its time.
            while 'FIN-WAIT-1' in states(): time.sleep(0.01)
            tell()
            for _, a in pairs[:3]: a.close()
            tell()
            asking = []
            for _ in range(2):
                c = socket.socket()
                c.setblocking(False)
                c.connect_ex(('10.9.0.1', 80))
                asking.append(c)
            tell()
            for c in asking: c.close()
            for c, a in pairs[3:]:
                c.close()
                a.close()
            s.close()
            tell()
            """;
        using var process = System.Diagnostics.Process.Start(new System.Diagnostics.ProcessStartInfo("/bin/sh", ["-c", $"echo $$ > {group.Folder}/cgroup.procs; exec unshare -n {Python} -c \"$0\"", Work])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            UseShellExecute = false,
        })!;

        var steps = 0;
        while (await process.StandardOutput.ReadLineAsync() is { } told)
        {
            steps++;
            var ss = told.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=')).ToDictionary(pair => pair[0], pair => long.Parse(pair[1], CultureInfo.InvariantCulture));
            Pump.Empty(collector);
            Assert.Equal(Lines(ss), Lines(InEachState(collector.Sums()[id], [.. records.Where(record => record.Head.Group == id).Select(record => record.State)])));
            await process.StandardInput.WriteLineAsync();
        }

        await process.WaitForExitAsync();
        Assert.Equal((6, 0), (steps, process.ExitCode));
        Pump.Closed(collector.Account(), id);
    }

    [CollectorFact]
    public Task Opens_failures_resets_and_segments_sent_again_are_those_of_the_kernels_own_counters() => TimerEvents.AttemptAsync(LosePacketsAsync);

    private async Task LosePacketsAsync()
    {
        const int Times = 20;
        using var group = new TestGroup();
        var id = group.Id;
        using var collector = Started();
        // A network of its own, in which one packet in fifteen is lost on its way (dropped before it leaves, it would be sent anew and not again); at the end one connection is refused and one is cut by a reset.
        const string Work =
            """
            import socket, struct, subprocess, threading
            subprocess.run(['ip', 'link', 'set', 'lo', 'up'], check=True)
            subprocess.run(['nft', 'add table inet t; add chain inet t in { type filter hook input priority 0; }; add rule inet t in meta l4proto tcp numgen random mod 15 == 0 drop'], check=True)
            s = socket.create_server(('127.0.0.1', 7000))
            def serve():
                for _ in range(TIMES):
                    c, _ = s.accept()
                    while c.recv(65536): pass
                    c.sendall(b'y' * 50000)
                    c.close()
            t = threading.Thread(target=serve)
            t.start()
            for _ in range(TIMES):
                c = socket.create_connection(('127.0.0.1', 7000))
                c.sendall(b'x' * 50000)
                c.shutdown(socket.SHUT_WR)
                while c.recv(65536): pass
                c.close()
            t.join()
            subprocess.run(['nft', 'delete table inet t'], check=True)
            try: socket.create_connection(('127.0.0.1', 9))
            except ConnectionRefusedError: pass
            c = socket.create_connection(('127.0.0.1', 7000))
            a, _ = s.accept()
            c.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack('ii', 1, 0))
            c.close()
            try: a.recv(1)
            except ConnectionResetError: pass
            a.close()
            s.close()
            # What still closes is neither a listener nor waits out its time.
            while any(line.split()[3] not in ('06', '0A') for line in open('/proc/net/tcp').readlines()[1:]): pass
            print(open('/proc/net/snmp').read())
            """;

        var run = group.Run("unshare", "-n", Python, "-c", Work.Replace("TIMES", $"{Times}", StringComparison.Ordinal));
        await Pump.While(run, collector);

        var kernel = Snmp((await run).Output);
        var sums = collector.Sums()[id];
        var here = records.Where(record => record.Head.Group == id).ToList();
        Assert.True(kernel["RetransSegs"] > 0, "packets were lost");
        Assert.Equal((kernel["ActiveOpens"], kernel["PassiveOpens"]), (sums.Opened + sums.Failed, sums.Accepted));
        Assert.Equal((1UL, kernel["AttemptFails"]), (sums.Failed, sums.Failed));
        Assert.Equal(kernel["EstabResets"], (ulong)here.Count(record => record.State is 1 or 8));
        Assert.Equal(kernel["RetransSegs"], sums.SegmentsResent);
        // The refused one and the one that was cut: both came as resets.
        Assert.Equal(2UL, sums.ResetsReceived);
        Assert.Equal((Times * 100_000UL, Times * 100_000UL), (sums.Sent, sums.Received));
        Assert.Equal((2UL * Times) + 2, sums.Closed);
        Pump.Closed(collector.Account(), id);
    }

    /// <summary>How many sockets are in each state, as <c>ss</c> calls it: those that came into it, without those that went on, by the ways that TCP has; the records say from where sockets closed.</summary>
    private static Dictionary<string, long> InEachState(TcpSums sums, uint[] closedFrom)
    {
        long Came(int state) => (long)sums.States[state];
        long Closed(int state) => closedFrom.Count(from => from == state);
        return new()
        {
            ["ESTAB"] = Came(1) - Came(4) - Came(8) - Closed(1),
            ["SYN-SENT"] = Came(2) - (long)(sums.Opened + sums.Failed),
            ["SYN-RECV"] = Came(3) - (long)sums.Accepted,
            ["FIN-WAIT-1"] = Came(4) - Came(5) - Came(11) - Closed(4),
            ["FIN-WAIT-2"] = Came(5) - Closed(5),
            // The socket itself closes when it begins to wait out its time.
            ["TIME-WAIT"] = Closed(5) + Closed(11),
            ["CLOSE-WAIT"] = Came(8) - Came(9) - Closed(8),
            ["LAST-ACK"] = Came(9) - Closed(9),
            ["LISTEN"] = Came(10) - (Came(7) - closedFrom.Length - (long)sums.Failed),
            ["CLOSING"] = Came(11) - Closed(11),
        };
    }

    private static IEnumerable<string> Lines(Dictionary<string, long> states) => states.Where(state => state.Value != 0).Select(state => $"{state.Key} {state.Value}").Order(StringComparer.Ordinal);

    private TcpCollector Started()
    {
        var collector = new TcpCollector((in TcpRecord record) => records.Add(record));
        collector.Start(default);
        return collector;
    }

    /// <summary>The sum of a field over all sockets that <c>ss</c> lists; 0 where none has it.</summary>
    private static ulong Field(string text, string name) =>
        text.Split(' ', '\n').Where(word => word.StartsWith(name, StringComparison.Ordinal)).Aggregate(0UL, (sum, word) => sum + ulong.Parse(word.AsSpan(name.Length), CultureInfo.InvariantCulture));

    private static Dictionary<string, ulong> Snmp(string text)
    {
        var lines = text.Split('\n').Where(line => line.StartsWith("Tcp:", StringComparison.Ordinal)).Select(line => line.Split(' ')).ToList();
        return lines[0].Zip(lines[1]).Skip(1).Where(pair => pair.First != "MaxConn").ToDictionary(pair => pair.First, pair => ulong.Parse(pair.Second, CultureInfo.InvariantCulture));
    }
}
