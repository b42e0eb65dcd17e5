using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Coral.Audit.Shipping;
using Coral.Audit.Shipping.Access;
using Coral.Audit.Tests.Shipping;
using Coral.Testing;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Coral.Audit.Tests.Faults;

/// <summary>Connections that do not come about, break off or stand still.</summary>
public sealed class ConnectionTests
{
    private const int Many = 50;

    private static readonly Dictionary<string, Mishap> Breaks = new()
    {
        ["after the head"] = exchange => Task.FromResult(exchange).ContinueWith(static done => done.Result.Reset(), TaskScheduler.Default),
        ["after half of the body"] = async exchange =>
        {
            await exchange.BodyAsync(0.5);
            exchange.Reset();
        },
        ["after the last byte, not stored"] = async exchange =>
        {
            await exchange.BodyAsync();
            exchange.Reset();
        },
        ["after the last byte, stored"] = async exchange =>
        {
            await exchange.ForwardAsync();
            exchange.Reset();
        },
    };

    private static readonly Dictionary<string, Func<byte[], byte[]>> Answers = new()
    {
        ["half of the answer"] = answer => answer[..(answer.Length / 2)],
        ["JSON that breaks off"] = answer => Exchange.Whole(200, Body(answer)[..^20]),
        ["chunks without an end"] = answer => [.. "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"u8, .. Encoding.ASCII.GetBytes($"{Body(answer).Length:x}\r\n"), .. Body(answer), .. "\r\n"u8],
        ["an empty body"] = _ => Exchange.Whole(200, []),
        ["the page of a proxy"] = _ => Exchange.Whole(200, "<html><body>It works!</body></html>"u8.ToArray(), "text/html"),
        ["no HTTP"] = _ => "220 mail.example ESMTP\r\n"u8.ToArray(),
    };

    public static TheoryData<string> BreakNames => [.. Breaks.Keys];

    public static TheoryData<string> AnswerNames => [.. Answers.Keys];

    [Theory]
    [InlineData("refused")]
    [InlineData("no such name")]
    [InlineData("expired certificate")]
    [InlineData("unknown CA")]
    public async Task Case_01_without_a_connection_documents_wait_and_nothing_is_ambiguous(string fault)
    {
        using var pki = new Pki();
        await using var scene = await ShippingScene.StartAsync();
        await using var secure = await FakeElasticsearch.StartAsync(new HttpsConnectionAdapterOptions { ServerCertificate = pki.Issue("127.0.0.1", expired: fault == "expired certificate") });
        var url = fault switch
        {
            "refused" => new Uri("http://127.0.0.1:1/"),
            "no such name" => new Uri("http://search.invalid:9200/"),
            _ => secure.Url,
        };
        using var stop = new CancellationTokenSource();
        using (var shipper = scene.Shipper(options => options with { ShutdownTimeout = TimeSpan.Zero, Access = new SearchAccess { CaFile = fault == "expired certificate" ? pki.CaFile : null } }, url))
        {
            var running = shipper.RunAsync(stop.Token);
            scene.Append(Many);
            await Wait.Until(() => shipper.Status.State == ShipperState.Waiting, "the shipper waits", () => $"{shipper.Status}");
            scene.Append(Many);
            Assert.Equal(2 * Many, scene.Counts.Pending);
            if (fault == "expired certificate") Assert.Contains("NotTimeValid", shipper.Status.Detail, StringComparison.Ordinal);
            if (fault == "unknown CA") Assert.Contains("no TLS connection", shipper.Status.Detail, StringComparison.Ordinal);
            await stop.CancelAsync();
            await running;
        }

        await scene.DrainAsync();
        Oracle.Check(scene);
        Assert.Equal((2 * Many, 0, 0), (scene.Counts.Indexed, scene.Counts.Duplicate, scene.Counts.Ambiguous));
    }

    [Theory]
    [MemberData(nameof(BreakNames))]
    public async Task Case_02_a_connection_that_breaks_off_is_ambiguous_once_and_loses_and_doubles_nothing(string name)
    {
        await using var scene = await ShippingScene.StartAsync();
        await using var proxy = new FaultProxy(scene.Server.Url);
        proxy.Next.Enqueue(Breaks[name]);
        scene.Append(Many);
        await scene.DrainAsync(url: proxy.Url);
        Oracle.Check(scene);
        var stored = name.EndsWith(", stored", StringComparison.Ordinal);
        Assert.Equal((stored ? 0 : Many, stored ? Many : 0, 1), (scene.Counts.Indexed, scene.Counts.Duplicate, scene.Counts.Ambiguous));
    }

    [Theory]
    [MemberData(nameof(AnswerNames))]
    public async Task Case_03_an_answer_that_is_not_whole_acknowledges_nothing(string name)
    {
        await using var scene = await ShippingScene.StartAsync();
        await using var proxy = new FaultProxy(scene.Server.Url);
        for (var i = 0; i < 2; i++)
        {
            proxy.Next.Enqueue(async exchange =>
            {
                var answer = await exchange.ForwardAsync();
                await exchange.SendAsync(Answers[name](answer));
                if (name == "half of the answer") exchange.Reset();
                else exchange.End();
            });
        }

        scene.Append(Many);
        await scene.DrainAsync(url: proxy.Url);
        Oracle.Check(scene);
        // They were stored with the first try, and found before a second one.
        Assert.Equal((0, Many, 1), (scene.Counts.Indexed, scene.Counts.Duplicate, scene.Counts.Ambiguous));
    }

    [Fact]
    public async Task Case_14_a_server_that_takes_half_a_minute_is_slow_and_not_broken()
    {
        var clock = new FakeTimeProvider();
        await using var scene = await ShippingScene.StartAsync(clock);
        await using var proxy = new FaultProxy(scene.Server.Url);
        var (arrived, go) = (new TaskCompletionSource(), new TaskCompletionSource());
        proxy.Next.Enqueue(async exchange =>
        {
            var answer = await exchange.ForwardAsync();
            arrived.SetResult();
            await go.Task;
            await exchange.SendAsync(answer);
        });
        scene.Append(Many);
        using var shipper = scene.Shipper(options => options with { RequestTimeout = TimeSpan.FromSeconds(60) }, proxy.Url);
        var running = shipper.DrainAsync(default);
        await arrived.Task;
        clock.Advance(TimeSpan.FromSeconds(30));
        scene.Append(Many);
        Assert.Equal(2 * Many, scene.Counts.Pending);
        go.SetResult();
        await running;
        Oracle.Check(scene);
        Assert.Equal((2 * Many, 0), (scene.Counts.Indexed, scene.Counts.Ambiguous));
    }

    [Theory]
    [InlineData("one byte a second")]
    [InlineData("nothing is read")]
    [InlineData("no answer")]
    public async Task Case_14_a_server_that_stands_still_is_given_up_after_a_minute_and_little_is_read_ahead(string fault)
    {
        var clock = new FakeTimeProvider();
        await using var scene = await ShippingScene.StartAsync(clock);
        await using var proxy = new FaultProxy(scene.Server.Url, buffer: 4096);
        var stuck = 0;
        proxy.Always = async exchange =>
        {
            var answer = fault == "nothing is read" ? [] : await exchange.ForwardAsync();
            Interlocked.Increment(ref stuck);
            if (fault == "one byte a second")
            {
                for (var at = 0; ; at++)
                {
                    await exchange.SendAsync(answer.AsMemory(at, 1));
                    await Task.Delay(TimeSpan.FromSeconds(1), clock, exchange.Stop);
                }
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, clock, exchange.Stop);
        };
        // Not compressed, and more than the sockets' buffers hold.
        var payload = Encoding.ASCII.GetBytes($"{{\"x\":\"{new string('x', 20_000)}\"}}");
        scene.Append(800, i => Samples.Decision(i) with { Request = payload });
        using var shipper = scene.Shipper(options => options with { RequestTimeout = TimeSpan.FromSeconds(60), Compression = 0, BatchBytes = 2_000_000, Requests = 2 }, proxy.Url);
        var running = shipper.DrainAsync(default);
        await Wait.Until(() => Volatile.Read(ref stuck) == 2, "both requests are under way");
        // Appends do not wait, and of what waits no more is read than two requests' worth.
        scene.Append(20);
        Assert.Equal((820, 0), (scene.Counts.Pending, scene.Counts.Ambiguous));
        Assert.InRange(scene.Spool.MaybeSent, 1ul, 2 * 110ul);
        proxy.Always = null;
        await Wait.Until(
            () =>
            {
                clock.Advance(TimeSpan.FromSeconds(1));
                return scene.Counts.Ambiguous == 2;
            },
            "both were given up");
        await Wait.Until(
            () =>
            {
                clock.Advance(TimeSpan.FromMilliseconds(20));
                return running.IsCompleted;
            },
            "all is shipped");
        await running;
        Oracle.Check(scene);
        Assert.Equal(fault == "nothing is read", scene.Counts.Duplicate == 0);
    }

    private static byte[] Body(byte[] answer) => answer[(answer.AsSpan().IndexOf("\r\n\r\n"u8) + 4)..];
}
