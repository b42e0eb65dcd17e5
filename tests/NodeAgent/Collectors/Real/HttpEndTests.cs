using System.Net.Sockets;
using System.Text;
using Coral.NodeAgent.Collectors.Http;

namespace Coral.NodeAgent.Tests.Collectors.Real;

/// <summary>How conversations end, and what is none: each case by hand, with what both sides must count.</summary>
public abstract class HttpEndTests : IDisposable
{
    private readonly List<(int Port, HttpRole Role, string What)> records = [];
    private readonly Socket listener = HttpWire.Listen();
    private readonly HttpCollector collector;
    private readonly HttpHooks hooks;

    private protected HttpEndTests(HttpHooks hooks) => (this.hooks, collector) = (hooks, CollectorTools.Missing is not null ? null! : new HttpCollector(true, record => records.Add((
        record.Role == HttpRole.Client ? record.Ends.LocalPort : record.Ends.RemotePort, record.Role, $"{record.Method} {Encoding.Latin1.GetString(record.Line).Trim().Split(' ')[1]} {record.Status}{(record.IsAborted ? " aborted" : "")}")), hooks));

    [CollectorFact]
    public void An_answer_without_a_length_ends_with_the_connection() => Both(
        wire =>
        {
            wire.Ask("GET /a HTTP/1.0\r\n\r\n"u8.ToArray());
            wire.Reply("HTTP/1.0 200 OK\r\n\r\nsome GET / HTTP/1.1\r\n\r\n"u8.ToArray());
            wire.Reply("and more"u8.ToArray());
            wire.Server.Close();
            Assert.Equal(0, wire.Client.Receive(new byte[10]));
        },
        "GET /a 200");

    [CollectorFact]
    public void A_request_without_an_answer_is_aborted_and_not_a_latency() => Both(
        wire =>
        {
            wire.Ask("GET /a HTTP/1.1\r\n\r\nGET /b HTTP/1.1\r\n\r\nGET /c HTTP/1.1\r\n\r\n"u8.ToArray());
            wire.Reply("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
            wire.Reply("HTTP/1.1 201 Made\r\nContent-Length: 10\r\n\r\n12345"u8.ToArray());
        },
        "GET /a 200",
        "GET /b 201 aborted",
        "GET /c 0 aborted");

    [CollectorFact]
    public void After_another_protocol_was_agreed_on_nothing_is_a_request() => Both(
        wire =>
        {
            wire.Ask("GET /chat HTTP/1.1\r\nUpgrade: websocket\r\n\r\n"u8.ToArray());
            wire.Reply("HTTP/1.1 101 Switching Protocols\r\n\r\n"u8.ToArray());
            wire.Ask("GET /not HTTP/1.1\r\n\r\n"u8.ToArray());
            wire.Reply("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        },
        "GET /chat 101");

    [CollectorFact]
    public void Inside_a_tunnel_nothing_is_a_request() => Both(
        wire =>
        {
            wire.Ask("CONNECT host:443 HTTP/1.1\r\n\r\n"u8.ToArray());
            wire.Reply("HTTP/1.1 200 OK\r\n\r\n"u8.ToArray());
            wire.Ask("GET /not HTTP/1.1\r\n\r\n"u8.ToArray());
            wire.Reply("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
        },
        "CONNECT host:443 200");

    [CollectorFact]
    public void A_client_that_says_it_sends_no_more_still_gets_its_answer() => Both(
        wire =>
        {
            wire.Ask("GET /a HTTP/1.1\r\n\r\n"u8.ToArray());
            wire.Client.Shutdown(SocketShutdown.Send);
            wire.Reply("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray());
        },
        "GET /a 200");

    [CollectorFact]
    public void What_is_only_looked_at_counts_when_it_is_taken() => Both(
        wire =>
        {
            wire.Client.Send("GET /a HTTP/1.1\r\n\r\n"u8);
            var room = new byte[100];
            for (var time = 0; time < 3; time++) Assert.Equal(19, wire.Server.Receive(room, SocketFlags.Peek));
            Assert.Equal(19, wire.Server.Receive(room));
            wire.Reply("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray());
        },
        "GET /a 200");

    [CollectorFact]
    public void What_only_looks_like_a_request_is_none()
    {
        foreach (var line in new[] { "GET what I mean\r\n", "HELO mail.test\r\n", "POST\r\n\r\n", "GET / HTTP/2.0\r\n\r\n", "GET / HTTP/1.1x\r\n\r\n", "SSH-2.0-OpenSSH_9.2\r\n", "G", "\u0016\u0003\u0001GET / HTTP/1.1\r\n\r\n", "* GET / HTTP/1.1\r\n\r\n", new string('A', 500) + " / HTTP/1.1\r\n\r\n" })
            Both(
                wire =>
                {
                    wire.Ask(Encoding.Latin1.GetBytes(line));
                    wire.Reply("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
                    // Once it is known for another protocol it stays that.
                    wire.Ask("GET /a HTTP/1.1\r\n\r\n"u8.ToArray());
                    wire.Reply("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
                });
    }

    [CollectorFact]
    public void A_connection_that_was_there_before_is_followed_from_its_next_request()
    {
        using var wire = new HttpWire(listener, new Random(1));
        wire.Ask("POST /before HTTP/1.1\r\nContent-Length: 10\r\n\r\n12345"u8.ToArray());
        collector.Start(default);
        wire.Ask("67890"u8.ToArray());
        wire.Reply("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray());
        // Of these the first piece must say what it is.
        wire.Client.Send("GET /after HTTP/1.1\r\n\r\n"u8);
        Assert.Equal(23, wire.Server.Receive(new byte[100]));
        wire.Reply("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"u8.ToArray());
        Pump.Empty(collector);
        Assert.Equal(["Server GET /after 200", "Client GET /after 200"], records.Where(record => record.Port == wire.Port).Select(record => $"{record.Role} {record.What}"));
    }

    [CollectorFact]
    public async Task Calls_of_all_kinds_carry_requests_and_a_file_may_be_the_body()
    {
        const string Work =
            """
            import os, socket, tempfile
            listener = socket.create_server(('127.0.0.1', 0))
            client = socket.create_connection(listener.getsockname())
            server = listener.accept()[0]
            a, b = client.fileno(), server.fileno()
            ask, answer = b'POST /%d HTTP/1.1\r\nContent-Length: 4\r\n\r\nbody', b'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n'
            file = tempfile.TemporaryFile(); file.write(b'answer'); file.flush()
            r, w = os.pipe()
            def take(fd, n): return sum(len(os.read(fd, n)) for _ in range(1))
            ways = [
                (lambda n: os.write(a, ask % n), lambda: os.read(b, 99), lambda: os.write(b, answer + b'answer'), lambda: os.read(a, 99)),
                (lambda n: os.writev(a, [ask[:3], b'', (ask % n)[3:]]), lambda: os.readv(b, [bytearray(5), bytearray(99)]), lambda: os.writev(b, [answer, b'answer']), lambda: os.readv(a, [bytearray(30), bytearray(99)])),
                (lambda n: client.send(ask % n), lambda: server.recv(99), lambda: server.send(answer + b'answer'), lambda: client.recv(99)),
                (lambda n: client.sendmsg([(ask % n)[:20], (ask % n)[20:]]), lambda: server.recvmsg_into([bytearray(9), bytearray(99)]), lambda: server.sendmsg([answer, b'answer']), lambda: client.recvmsg(99)),
                (lambda n: client.send(ask % n), lambda: server.recv(99), lambda: (server.send(answer), os.sendfile(b, file.fileno(), 0, 6)), lambda: (client.recv(len(answer)), client.recv(6))),
                (lambda n: client.send(ask % n), lambda: server.recv(99), lambda: (server.send(answer), os.write(w, b'answer'), os.splice(r, b, 6)), lambda: (client.recv(len(answer)), client.recv(6))),
            ]
            for n, way in enumerate(ways * 3):
                way[0](n); way[1](); way[2](); way[3]()
            """;
        using var group = new TestGroup();
        var id = group.Id;
        collector.Start(default);

        var result = await group.Run("/usr/bin/python3", "-c", Work);

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Pump.Empty(collector);
        var sums = collector.Sums().Where(pair => pair.Key.Group == id).ToDictionary(pair => pair.Key.Role, pair => pair.Value);
        foreach (var role in new[] { HttpRole.Server, HttpRole.Client })
        {
            Assert.Equal((18UL, 0UL), (sums[role].Count, sums[role].Aborted));
            Assert.Equal(18UL * 44, sums[role].ResponseBytes);
        }

        Assert.Equal(0UL, Pump.Closed(collector.Account(), id).Error);
    }

    [CollectorTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_body_that_goes_into_a_pipe_is_followed_or_an_error(bool isFollowedByAnother)
    {
        const string Work =
            """
            import os, socket, sys
            listener = socket.create_server(('127.0.0.1', 0))
            client = socket.create_connection(listener.getsockname())
            server = listener.accept()[0]
            r, w = os.pipe()
            head = b'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n'
            for request in sys.argv[1]:
                client.send(b'GET /a HTTP/1.1\r\n\r\n'); server.recv(99); server.send(head + b'answer')
                client.recv(len(head))
                if request == 's': os.splice(client.fileno(), w, 6)
                else: client.recv(6)
            """;
        using var group = new TestGroup();
        var id = group.Id;
        collector.Start(default);

        var result = await group.Run("/usr/bin/python3", "-c", Work, isFollowedByAnother ? "sss" : "ns");

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Pump.Empty(collector);
        var counts = collector.Sums().Where(pair => pair.Key.Group == id).GroupBy(pair => pair.Key.Role).ToDictionary(sums => sums.Key, sums => sums.Aggregate((Count: 0UL, Aborted: 0UL), (sum, one) => (sum.Count + one.Value.Count, sum.Aborted + one.Value.Aborted)));
        var errors = Pump.Closed(collector.Account(), id).Error;
        var made = isFollowedByAnother ? 3UL : 2UL;
        Assert.Equal((made, 0UL), counts[HttpRole.Server]);
        if (hooks == HttpHooks.Calls)
        {
            Assert.Equal((made, 0UL), counts[HttpRole.Client]);
            Assert.Equal(0UL, errors);
            return;
        }

        // Splice reads a socket without its tracepoint. What it took is known by what comes next: the request whose answer it was, the next one, and what was at hand; or by the end.
        Assert.Equal(isFollowedByAnother ? 0UL : 1UL, counts.GetValueOrDefault(HttpRole.Client).Count);
        Assert.Equal(0UL, counts.GetValueOrDefault(HttpRole.Client).Aborted);
        Assert.Equal(isFollowedByAnother ? 5UL : 2UL, errors);
    }

    [CollectorFact]
    public async Task Several_messages_in_one_call_are_followed_or_an_error()
    {
        const string Work =
            """
            import ctypes, socket
            class Vector(ctypes.Structure): _fields_ = [('base', ctypes.c_char_p), ('length', ctypes.c_size_t)]
            class Message(ctypes.Structure): _fields_ = [('name', ctypes.c_void_p), ('name_length', ctypes.c_uint32), ('vectors', ctypes.POINTER(Vector)), ('count', ctypes.c_size_t), ('control', ctypes.c_void_p), ('control_length', ctypes.c_size_t), ('flags', ctypes.c_int)]
            class Messages(ctypes.Structure): _fields_ = [('message', Message), ('length', ctypes.c_uint)]
            listener = socket.create_server(('127.0.0.1', 0))
            client = socket.create_connection(listener.getsockname())
            server = listener.accept()[0]
            client.send(b'GET /a HTTP/1.1\r\n\r\n'); server.recv(99)
            parts = [b'HTTP/1.1 200 OK\r\nContent-', b'Length: 2\r\n\r\nok']
            messages = (Messages * 2)(*[Messages(Message(None, 0, ctypes.pointer(Vector(part, len(part))), 1, None, 0, 0), 0) for part in parts])
            assert ctypes.CDLL(None).sendmmsg(server.fileno(), messages, 2, 0) == 2
            client.recv(sum(map(len, parts)), socket.MSG_WAITALL)
            """;
        using var group = new TestGroup();
        var id = group.Id;
        collector.Start(default);

        var result = await group.Run("/usr/bin/python3", "-c", Work);

        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Pump.Empty(collector);
        var counts = collector.Sums().Where(pair => pair.Key.Group == id).ToDictionary(pair => pair.Key.Role, pair => (pair.Value.Count, pair.Value.Aborted));
        // One who hears of sockets does not know which of the messages it was: the request that waited, and what was at hand.
        var isFollowed = hooks == HttpHooks.Calls;
        Assert.Equal(isFollowed ? [HttpRole.Server, HttpRole.Client] : [HttpRole.Client], counts.Keys.Order());
        Assert.All(counts.Values, value => Assert.Equal((1UL, 0UL), value));
        Assert.Equal(isFollowed ? 0UL : 2UL, Pump.Closed(collector.Account(), id).Error);
    }

    [CollectorFact]
    public void What_can_not_be_followed_is_counted_as_an_error_and_never_guessed()
    {
        foreach (var answer in new[] { "HTTP/1.1 2000 What\r\n\r\n", "not HTTP at all\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n" })
        {
            if (collector.Program.Ring is null) collector.Start(default);
            var before = collector.Account().Total.Error;
            using (var wire = new HttpWire(listener, new Random(1)))
            {
                wire.Ask("GET /a HTTP/1.1\r\n\r\n"u8.ToArray());
                wire.Reply(Encoding.Latin1.GetBytes(answer));
            }

            Pump.Empty(collector);
            Assert.Empty(records);
            var total = collector.Account().Total;
            // On either side the request, and the bytes that could not be followed.
            Assert.Equal((total.Seen, 4UL), (total.Accounted, total.Error - before));
        }
    }

    public void Dispose()
    {
        collector?.Dispose();
        listener.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Both sides count the same.</summary>
    private void Both(Action<HttpWire> talk, params string[] expected)
    {
        if (collector.Program.Ring is null) collector.Start(default);
        int port;
        using (var wire = new HttpWire(listener, new Random(1)))
        {
            port = wire.Port;
            talk(wire);
        }

        foreach (var role in new[] { HttpRole.Server, HttpRole.Client })
        {
            Pump.Empty(collector);
            Assert.Equal(expected, records.Where(record => record.Port == port && record.Role == role).Select(record => record.What));
        }
    }
}

/// <summary>Heard of by the best hooks of this kernel.</summary>
[Collection(CollectorTools.OneByOne)]
public sealed class HttpEndByBestHooksTests() : HttpEndTests(HttpHooks.Best);

/// <summary>Heard of as on kernels that have no others.</summary>
[Collection(CollectorTools.OneByOne)]
public sealed class HttpEndByCallsTests() : HttpEndTests(HttpHooks.Calls);
