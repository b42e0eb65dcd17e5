using System.Text;
using Coral.NodeAgent.Collectors.Http;
using FsCheck;
using FsCheck.Fluent;

namespace Coral.NodeAgent.Tests.Collectors.Real;

/// <summary>The collector <c>http_latency</c> and streams of bytes of which is known what they are: any kinds of messages in pieces of any size.</summary>
[Collection(CollectorTools.OneByOne)]
public sealed class HttpStreamTests
{
    [CollectorFact]
    public void Whatever_is_said_in_whatever_pieces_each_side_counts_each_request_once() => Converse(HttpHooks.Best, 300);

    [CollectorFact]
    public void The_same_is_counted_where_only_system_calls_are_heard_of() => Converse(HttpHooks.Calls, 100);

    private static void Converse(HttpHooks hooks, int conversations)
    {
        var records = new List<(int Port, HttpRole Role, string Method, int Status, string Line)>();
        using var collector = new HttpCollector(true, record => records.Add((record.Role == HttpRole.Client ? record.Ends.LocalPort : record.Ends.RemotePort, record.Role, record.Method, record.Status, Encoding.Latin1.GetString(record.Line))), hooks);
        collector.Start(default);
        // One port for all: sums are kept by port.
        using var listener = HttpWire.Listen();

        var property = Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed =>
        {
            records.Clear();
            var random = new Random(seed);
            var exchanges = Enumerable.Range(0, random.Next(1, 12)).Select(_ => HttpExchange.Random(random)).ToList();
            int port;
            using (var wire = new HttpWire(listener, random))
            {
                port = wire.Port;
                for (var at = 0; at < exchanges.Count;)
                {
                    var batch = exchanges.Skip(at).Take(random.Next(2) == 0 ? 1 : random.Next(1, 9)).ToList();
                    wire.Ask([.. batch.SelectMany(exchange => exchange.Request)]);
                    wire.Reply([.. batch.SelectMany(exchange => exchange.Response)]);
                    at += batch.Count;
                }
            }

            Pump.Empty(collector);
            var expected = exchanges.Select(exchange => (Method: exchange.Method == "PROPFIND" ? "OTHER" : exchange.Method, exchange.Status, Line: $"{exchange.Method} {exchange.Path} HTTP/1.1")).ToList();
            foreach (var role in new[] { HttpRole.Server, HttpRole.Client })
                Assert.Equal(expected.Select(one => (one.Method, one.Status, one.Line[..Math.Min(one.Line.Length, 256)])), records.Where(record => record.Port == port && record.Role == role).Select(record => (record.Method, record.Status, record.Line.Trim())));
        });

        Check.One(Config.QuickThrowOnFailure.WithMaxTest(conversations), property);
        var total = collector.Account().Total;
        Assert.Equal((total.Seen, 0UL), (total.Accounted, total.Error));
    }
}
