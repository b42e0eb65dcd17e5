using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Coral.NodeAgent.Collectors.Http;
using Coral.Testing.Kit;
using FsCheck;
using FsCheck.Fluent;

namespace Coral.NodeAgent.Tests.Collectors.Real;

/// <summary>HTTP/2 without encryption: requests are counted, with the method and status where those can be read without knowing all that was sent before.</summary>
public abstract class Http2Tests : IDisposable
{
    private static readonly string[] Paths = ["/made", "/1000", "/60000?query=1", "/none", "/missing", "/broken", "/gone", "/absent"];

    private readonly List<(int Port, HttpRole Role, string What, ulong Asked, ulong Answered)> records = [];
    private readonly Socket listener = HttpWire.Listen();
    private readonly HttpCollector collector;

    private protected Http2Tests(HttpHooks hooks) => collector = CollectorTools.Missing is not null ? null! : new HttpCollector(true, record => records.Add((
        record.Role == HttpRole.Client ? record.Ends.LocalPort : record.Ends.RemotePort, record.Role, $"{record.Method} {record.Status}{(record.IsAborted ? " aborted" : "")}{(record.Line.IsEmpty ? "" : " line")}", record.RequestBytes, record.ResponseBytes)), hooks);

    [CollectorFact]
    public void Whatever_is_said_in_whatever_pieces_each_side_counts_each_request_once()
    {
        collector.Start(default);
        var property = Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            records.Clear();
            var random = new Random(seed);
            int port;
            List<Told> expected = [];
            using (var wire = new HttpWire(listener, random))
            {
                port = wire.Port;
                // A server that does not wait sends its settings in one piece.
                if (random.Next(4) == 0)
                {
                    Assert.Equal(Http2Frames.Settings.Length, wire.Server.Send(Http2Frames.Settings));
                    Assert.Equal(Http2Frames.Settings.Length, wire.Client.Receive(new byte[100]));
                }

                wire.Ask(Http2Frames.Preface);
                wire.Reply(Http2Frames.Settings);
                for (int round = 0, next = 1; round < random.Next(1, 5); round++)
                {
                    var told = Enumerable.Range(0, random.Next(1, 12)).Select(at => Told.Random(next + (2 * at), random)).ToList();
                    next += 2 * told.Count;
                    wire.Ask(Mixed(told.ConvertAll(one => one.Request), random, inOrder: true));
                    wire.Reply(Mixed(told.ConvertAll(one => one.Response), random, inOrder: false));
                    expected.AddRange(told);
                }
            }

            Pump.Empty(collector);
            foreach (var role in new[] { HttpRole.Server, HttpRole.Client })
                Assert.Equal(
                    Sorted(expected.Select(one => (one.What, (ulong)one.Request.Sum(frame => frame.Length), (ulong)one.Response.Sum(frame => frame.Length)))),
                    Sorted(records.Where(record => record.Port == port && record.Role == role).Select(record => (record.What, record.Asked, record.Answered))));
        });

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(150), property);
        var total = collector.Account().Total;
        Assert.Equal((total.Seen, 0UL, 0UL), (total.Accounted, total.Error, total.LostMap));
    }

    [CollectorFact]
    public void Whoever_breaks_off_a_request_it_is_aborted() => Both(
        wire =>
        {
            Begin(wire);
            foreach (var stream in new[] { 1, 3, 5, 7, 9 }) wire.Ask(Http2Frames.Head(stream, [0x82], ends: true));
            wire.Reply([.. Http2Frames.Head(1, [0x88], ends: false), .. Http2Frames.Reset(1)]);
            wire.Ask(Http2Frames.Reset(3));
            wire.Reply([.. Http2Frames.Head(5, [0x8d], ends: true), .. Http2Frames.Reset(5)]);
            wire.Reply([.. Http2Frames.Head(7, [0x88], ends: false), .. Http2Frames.Data(7, 100, ends: false)]);
        },
        "GET 0 aborted",
        "GET 0 aborted",
        "GET 200 aborted",
        "GET 200 aborted",
        "GET 404");

    [CollectorFact]
    public void An_answer_may_be_interim_or_have_fields_behind_its_body() => Both(
        wire =>
        {
            Begin(wire);
            wire.Ask([.. Http2Frames.Head(1, [0x83], ends: false), .. Http2Frames.Data(1, 10, ends: false), .. Http2Frames.Head(1, [0x40, 1, (byte)'a', 1, (byte)'b'], ends: true)]);
            // 103, and what it was.
            wire.Reply([.. Http2Frames.Head(1, [0x48, 3, (byte)'1', (byte)'0', (byte)'3'], ends: false), .. Http2Frames.Head(1, [0x8b], ends: true)]);
            wire.Ask(Http2Frames.Head(3, [0x83], ends: true));
            wire.Reply([.. Http2Frames.Head(3, [0x88], ends: false), .. Http2Frames.Data(3, 10, ends: false), .. Http2Frames.Head(3, [0x40, 1, (byte)'a', 1, (byte)'b'], ends: true)]);
            wire.Ask(Http2Frames.Head(5, [0x83], ends: true));
            wire.Reply([.. Http2Frames.Head(5, [0x88], ends: false), .. Http2Frames.Head(5, [0x40, 1, (byte)'a', 1, (byte)'b'], ends: true)]);
            // Not asked for.
            wire.Reply([.. Http2Frames.Head(2, [0x88], ends: true), .. Http2Frames.Data(9, 3, ends: true)]);
        },
        "POST 200",
        "POST 200",
        "POST 304");

    [CollectorFact]
    public void More_requests_than_there_are_places_for_are_lost_and_counted()
    {
        Both(
            wire =>
            {
                Begin(wire);
                wire.Ask([.. Enumerable.Range(0, 140).SelectMany(at => Http2Frames.Head(1 + (2 * at), [0x82], ends: true))]);
                wire.Reply([.. Enumerable.Range(0, 140).SelectMany(at => Http2Frames.Head(1 + (2 * at), [0x88], ends: true))]);
                // Then there are places again.
                wire.Ask(Http2Frames.Head(301, [0x83], ends: true));
                wire.Reply(Http2Frames.Head(301, [0x89], ends: true));
            },
            [.. Enumerable.Repeat("GET 200", 128), "POST 204"]);
        var total = collector.Account().Total;
        Assert.Equal((total.Seen, 24UL), (total.Accounted, total.LostMap));
    }

    [CollectorFact]
    public void What_only_begins_as_HTTP_2_is_none()
    {
        foreach (var begin in new[] { "PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n", "PRI * HTTP/2.0\r\nSM\r\n\r\n", "PRI / HTTP/2.0\r\n\r\nSM\r\n\r\n", "PRI * HTTP/2.1\r\n\r\nSM\r\n\r\n" })
            Both(wire =>
            {
                wire.Ask([.. System.Text.Encoding.ASCII.GetBytes(begin), .. Http2Frames.Settings, .. Http2Frames.Head(1, [0x82], ends: true)]);
                wire.Reply([.. Http2Frames.Settings, .. Http2Frames.Head(1, [0x88], ends: true)]);
            });
        Assert.Equal(0UL, collector.Account().Total.Seen);
    }

    [CollectorFact]
    public void An_answer_that_comes_in_parts_takes_until_its_last_byte()
    {
        collector.Start(default);
        using var wire = new HttpWire(listener, new Random(1));
        Begin(wire);
        wire.Ask(Http2Frames.Head(1, [0x82], ends: true));
        var answer = (byte[])[.. Http2Frames.Head(1, [0x88], ends: false), .. Http2Frames.Data(1, 100, ends: true)];
        wire.Reply(answer[..^1]);
        Pump.Empty(collector);
        Assert.Empty(records);
        wire.Reply(answer[^1..]);
        Pump.Empty(collector);
        Assert.Equal(["GET 200", "GET 200"], records.Select(record => record.What));
    }

    [CollectorFact]
    public async Task An_answer_that_comes_before_the_call_that_asked_is_over_is_its_answer()
    {
        collector.Start(default);
        using var wire = new HttpWire(listener, new Random(1));
        Begin(wire);
        // The server reads no more than the heads, so that the call goes on until it reads the rest.
        var heads = (byte[])[.. Http2Frames.Head(1, [0x83], ends: false), .. Http2Frames.Head(3, [0x82], ends: true), .. Http2Frames.Head(5, [0x83], ends: true)];
        var asked = (byte[])[.. heads, .. Enumerable.Range(0, 600).SelectMany(_ => Http2Frames.Data(1, 16_000, ends: false))];
        var asking = Task.Run(() => wire.Client.Send(asked));
        var room = new byte[1 << 16];
        Assert.Equal(heads.Length, wire.Server.Receive(room.AsSpan(0, heads.Length)));
        wire.Reply([.. Http2Frames.Head(3, [0x88], ends: true), .. Http2Frames.Head(1, [0x8c], ends: false), .. Http2Frames.Data(1, 10, ends: true), .. Http2Frames.Reset(5)]);
        Pump.Empty(collector);
        Assert.False(asking.IsCompleted);
        for (var left = asked.Length - heads.Length; left > 0;) left -= wire.Server.Receive(room);
        Assert.Equal(asked.Length, await asking);

        Pump.Empty(collector);
        var mine = records.Where(record => record.Port == wire.Port).ToList();
        Assert.Equal(["GET 200", "POST 400"], mine.Where(record => record.Role == HttpRole.Client && !record.What.EndsWith("aborted", StringComparison.Ordinal)).Select(record => record.What).Order(StringComparer.Ordinal));
        Assert.Equal(["GET 200", "POST 0 aborted", "POST 400"], mine.Where(record => record.Role == HttpRole.Server).Select(record => record.What).Order(StringComparer.Ordinal));
    }

    [NginxFact]
    public async Task Counts_and_bytes_are_those_of_the_log_of_nginx()
    {
        using var group = new TestGroup();
        var id = group.Id;
        using var nginx = await Nginx.Start(group);
        collector.Start(default);
        var at = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{nginx.Http2Port}");

        // One who sends the method first, and one that is many at once on few connections.
        foreach (var arguments in new string[][] { ["-o", "/dev/null", $"{at}/2000000"], ["-I", $"{at}/1000"], ["-d", "@/usr/bin/env", $"{at}/1000"], ["-X", "DELETE", $"{at}/moved"] })
            await Pump.While(Command.Run("curl", ["-s", "--http2-prior-knowledge", .. arguments]), collector);
        using (var client = new HttpClient { DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact })
            await Pump.While(Task.WhenAll(Paths.SelectMany(path => Enumerable.Repeat(path, 30)).Select(async path => (await client.GetAsync(new Uri(at + path))).Dispose())), collector);
        // It writes its log after the answers.
        var log = new List<Nginx.Told>();
        await Pump.While(Eventually.Async(Logged, TimeSpan.FromSeconds(30), "nginx has logged all"), collector);
        await nginx.Stop();
        Pump.Empty(collector);

        var sums = collector.Sums();
        var counted = sums.Where(pair => pair.Key.Group == id && pair.Key.Role == HttpRole.Server && pair.Key.Port == nginx.Http2Port).ToList();
        Assert.Equal(4 + (30 * Paths.Length), log.Count);
        Assert.Equal(
            Sorted(log.GroupBy(line => $"{(line.Method is "GET" or "POST" ? line.Method : "*")} {Http2Frames.Counted(line.Status)}").Select(of => ($"{of.Key} {of.Count()}", 0UL, (ulong)of.Sum(line => line.Bytes)))),
            Sorted(counted.Select(pair => ($"{pair.Key.Method} {pair.Key.Status} {pair.Value.Count}", pair.Value.Aborted, pair.Value.ResponseBytes))));
        Assert.Equal(0UL, Pump.Closed(collector.Account(), id).Error);
        // And on the other side.
        Assert.Equal((ulong)log.Count, sums.Where(pair => pair.Key.Role == HttpRole.Client && pair.Key.Port == nginx.Http2Port).Aggregate(0UL, (sum, pair) => sum + pair.Value.Count));

        Task<bool> Logged()
        {
            log.AddRange(nginx.Log());
            return Task.FromResult(log.Count >= 4 + (30 * Paths.Length));
        }
    }

    public void Dispose()
    {
        collector?.Dispose();
        listener.Dispose();
        GC.SuppressFinalize(this);
    }

    private static void Begin(HttpWire wire)
    {
        wire.Ask(Http2Frames.Preface);
        wire.Reply(Http2Frames.Settings);
    }

    private static IEnumerable<T> Sorted<T>(IEnumerable<T> all) => all.Order();

    /// <summary>Frames of several streams as they may come: those of one in their order, and where that is asked for none that begins before an older one has begun.</summary>
    private static byte[] Mixed(List<List<byte[]>> streams, Random random, bool inOrder)
    {
        var left = streams.ConvertAll(frames => new Queue<byte[]>(frames));
        var bytes = new List<byte>();
        for (var begun = inOrder ? 0 : left.Count; left.Exists(frames => frames.Count > 0);)
        {
            var at = random.Next(Math.Min(begun + 1, left.Count));
            begun = Math.Max(begun, at + 1);
            if (left[at].TryDequeue(out var frame)) bytes.AddRange(frame);
        }

        return [.. bytes];
    }

    /// <summary>Both sides count the same, in any order.</summary>
    private void Both(Action<HttpWire> talk, params string[] expected)
    {
        if (collector.Program.Ring is null) collector.Start(default);
        int port;
        using (var wire = new HttpWire(listener, new Random(1)))
        {
            port = wire.Port;
            talk(wire);
        }

        Pump.Empty(collector);
        foreach (var role in new[] { HttpRole.Server, HttpRole.Client })
            Assert.Equal(expected, records.Where(record => record.Port == port && record.Role == role).Select(record => record.What).Order(StringComparer.Ordinal));
    }

    /// <summary>A request and its answer as frames, with what must be counted of it.</summary>
    private sealed record Told(string What, List<byte[]> Request, List<byte[]> Response)
    {
        private static readonly string[] Methods = ["GET", "GET", "POST", "PUT", "OPTIONS"];
        private static readonly int[] Statuses = [200, 200, 204, 206, 304, 400, 404, 500, 201, 302, 418, 503];

        internal static Told Random(int stream, Random random)
        {
            var (method, status) = (Methods[random.Next(Methods.Length)], Statuses[random.Next(Statuses.Length)]);
            return new Told(
                $"{(method is "GET" or "POST" ? method : "*")} {Http2Frames.Counted(status)}",
                Message(stream, Http2Frames.Request(method, random), random),
                Message(stream, Http2Frames.Answer(status, random), random));
        }

        private static List<byte[]> Message(int stream, byte[] block, Random random)
        {
            var hasBody = random.Next(3) != 0;
            List<byte[]> frames = [Http2Frames.Head(stream, block, !hasBody, random)];
            for (var rest = random.Next(1, 4); hasBody && rest > 0; rest--) frames.Add(Http2Frames.Data(stream, random.Next(4) switch { 0 => 0, 1 => random.Next(3000), _ => random.Next(200) }, rest == 1));
            return frames;
        }
    }
}

/// <summary>Heard of by the best hooks of this kernel.</summary>
[Collection(CollectorTools.OneByOne)]
public sealed class Http2ByBestHooksTests() : Http2Tests(HttpHooks.Best);

/// <summary>Heard of as on kernels that have no others.</summary>
[Collection(CollectorTools.OneByOne)]
public sealed class Http2ByCallsTests() : Http2Tests(HttpHooks.Calls);
