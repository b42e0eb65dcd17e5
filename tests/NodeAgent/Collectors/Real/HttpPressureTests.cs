using System.Net;
using System.Net.Sockets;
using Coral.NodeAgent.Collectors.Http;
using Coral.NodeAgent.Collectors.Running;

namespace Coral.NodeAgent.Tests.Collectors.Real;

/// <summary>What is left of <c>http_latency</c> when its records can't be read fast enough.</summary>
[Collection(CollectorTools.OneByOne)]
public sealed class HttpPressureTests
{
    [CollectorFact]
    public void Under_pressure_what_stands_out_is_summed_and_not_sent()
    {
        using var listener = HttpWire.Listen();
        var port = ((IPEndPoint)listener.LocalEndPoint!).Port;
        var sent = 0;
        using var collector = new HttpCollector(false, record => sent += record.Status == 500 && (record.Ends.LocalPort == port || record.Ends.RemotePort == port) ? 1 : 0);
        collector.Start(default);

        Fail(listener);
        Pump.Empty(collector);
        Assert.Equal(2, sent);

        collector.Program.Control(PressureLadder.Control(PressureStep.Exemplars));
        Fail(listener);
        Pump.Empty(collector);
        Assert.Equal(2, sent);
        Assert.Equal([2UL, 2UL], collector.Sums().Where(pair => pair.Key.Port == port && pair.Key.Status == 500).Select(pair => pair.Value.Count));
        var total = collector.Account().Total;
        Assert.Equal(total.Seen, total.Accounted);

        collector.Program.Control(PressureLadder.Control(PressureStep.None));
        Fail(listener);
        Pump.Empty(collector);
        Assert.Equal(4, sent);
    }

    private static void Fail(Socket listener)
    {
        using var wire = new HttpWire(listener, new Random(1));
        wire.Ask("GET /a HTTP/1.1\r\n\r\n"u8.ToArray());
        wire.Reply("HTTP/1.1 500 Failed\r\nContent-Length: 0\r\n\r\n"u8.ToArray());
    }
}
