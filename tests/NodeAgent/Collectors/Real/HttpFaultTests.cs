using System.Net.Sockets;
using System.Text;
using Coral.NodeAgent.Collectors.Http;

namespace Coral.NodeAgent.Tests.Collectors.Real;

/// <summary>What <c>http_latency</c> makes of full tables and of memory that it can't read: it is told, and what comes after is followed again.</summary>
public abstract class HttpFaultTests : IDisposable
{
    private const string Answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";

    private readonly List<(int Port, string What)> records = [];
    private readonly Socket listener = HttpWire.Listen();
    private readonly HttpCollector collector;

    private protected HttpFaultTests(HttpHooks hooks) => collector = CollectorTools.Missing is not null ? null! : new HttpCollector(true, record => records.Add((
        record.Role == HttpRole.Client ? record.Ends.LocalPort : record.Ends.RemotePort, $"{record.Role} {record.Method} {Encoding.Latin1.GetString(record.Line).Trim().Split(' ')[1]} {record.Status}")), hooks);

    [CollectorFact]
    public void A_connection_that_found_the_table_full_is_followed_once_there_is_room()
    {
        // Both ends of one.
        collector.Program.SetCapacity("connections", 2);
        collector.Start(default);
        using var late = new HttpWire(listener, new Random(1));
        using (var first = new HttpWire(listener, new Random(1)))
        {
            Ask(first, "/first");
            Ask(late, "/lost");
            Reply(first);
        }

        // What comes first when there is room is an answer, which begins nothing.
        Reply(late);
        Ask(late, "/found");
        Reply(late);

        Pump.Empty(collector);
        Assert.Equal(["Server GET /first 200", "Client GET /first 200"], Of(port => port != late.Port));
        Assert.Equal(["Server GET /found 200", "Client GET /found 200"], Of(port => port == late.Port));
        var total = collector.Account().Total;
        Assert.Equal((6UL, 6UL, 4UL, 2UL), (total.Seen, total.Accounted, total.Emitted, total.LostMap));
    }

    [CollectorFact]
    public void A_request_for_whose_sum_there_is_no_room_is_lost_and_told()
    {
        collector.Program.SetCapacity("sums", 1);
        collector.Start(default);
        using var wire = new HttpWire(listener, new Random(1));
        for (var time = 0; time < 3; time++)
        {
            Ask(wire, "/a");
            Reply(wire);
        }

        Pump.Empty(collector);
        // The server's end has its sum first.
        Assert.Equal([(HttpRole.Server, 3UL)], collector.Sums().Select(pair => (pair.Key.Role, pair.Value.Count)));
        var total = collector.Account().Total;
        Assert.Equal((6UL, 6UL, 3UL, 3UL), (total.Seen, total.Accounted, total.Emitted, total.LostMap));
    }

    [CollectorFact]
    public async Task A_request_in_memory_that_can_not_be_read_any_more_is_an_error_and_the_next_is_followed()
    {
        // A call that sends more than buffers hold is under way when the first page, which the kernel has taken already, is given back. On one connection it is the first request, on the other the second.
        const string Work =
            """
            import mmap, socket, threading
            listener = socket.create_server(('127.0.0.1', 0))
            size = 64 << 20
            def talk(requests):
                client = socket.create_connection(listener.getsockname())
                server = listener.accept()[0]
                for request in requests:
                    if request == 'lost':
                        memory = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
                        head = b'POST /lost HTTP/1.1\r\nContent-Length: '
                        head += b'%d\r\n\r\n' % (size - len(head) - 12)
                        memory[:len(head)] = head
                        sending = threading.Thread(target=lambda: client.send(memory))
                        sending.start()
                        came = len(server.recv(4096))
                        assert sending.is_alive()
                        memory.madvise(mmap.MADV_DONTNEED, 0, 4096)
                        while came < size: came += len(server.recv(1 << 20))
                        sending.join()
                    else:
                        client.send(b'GET /%s HTTP/1.1\r\n\r\n' % request.encode()); server.recv(99)
                    server.send(b'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'); client.recv(99)
            talk(['before', 'lost', 'after'])
            talk(['lost', 'after'])
            """;
        using var group = new TestGroup();
        var id = group.Id;
        collector.Start(default);

        var result = await group.Run("/usr/bin/python3", "-c", Work);

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Pump.Empty(collector);
        Assert.Equal(["Client GET /after 200", "Client GET /after 200", "Client GET /before 200", "Server GET /after 200", "Server GET /after 200", "Server GET /before 200", "Server POST /lost 200", "Server POST /lost 200"], records.Select(record => record.What).Order(StringComparer.Ordinal));
        Assert.Equal(2UL, Pump.Closed(collector.Account(), id).Error);
    }

    public void Dispose()
    {
        collector?.Dispose();
        listener.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>In one piece: the first must say what it is.</summary>
    private static void Ask(HttpWire wire, string path)
    {
        var bytes = Encoding.Latin1.GetBytes($"GET {path} HTTP/1.1\r\n\r\n");
        wire.Client.Send(bytes);
        Assert.Equal(bytes.Length, wire.Server.Receive(new byte[100]));
    }

    private static void Reply(HttpWire wire)
    {
        wire.Server.Send(Encoding.Latin1.GetBytes(Answer));
        Assert.Equal(Answer.Length, wire.Client.Receive(new byte[100]));
    }

    private IEnumerable<string> Of(Func<int, bool> isOf) => records.Where(record => isOf(record.Port)).Select(record => record.What);
}

/// <summary>Heard of by the best hooks of this kernel.</summary>
[Collection(CollectorTools.OneByOne)]
public sealed class HttpFaultByBestHooksTests() : HttpFaultTests(HttpHooks.Best);

/// <summary>Heard of as on kernels that have no others.</summary>
[Collection(CollectorTools.OneByOne)]
public sealed class HttpFaultByCallsTests() : HttpFaultTests(HttpHooks.Calls);
