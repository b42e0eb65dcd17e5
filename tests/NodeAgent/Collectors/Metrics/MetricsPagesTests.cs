using System.Net;
using System.Net.Sockets;
using Coral.NodeAgent.Collectors.Metrics;
using Coral.NodeAgent.Collectors.Running;
using Coral.NodeAgent.Serving;

namespace Coral.NodeAgent.Tests.Collectors.Metrics;

public sealed class MetricsPagesTests
{
    [Fact]
    public void The_page_is_as_recorded() => Golden.Check("tests/NodeAgent/Golden/metrics.txt", PrometheusPage.Write(Readings.Full));

    [Fact]
    public void A_name_from_the_cluster_stays_in_its_place()
    {
        var page = PrometheusPage.Write(Readings.Full with { Pods = [(("a\"} 1\nb", "c\\"), new PodSums { Syscalls = 3 })] });

        Assert.Contains("coral_agent_pod_syscalls_total{namespace=\"a\\\"} 1\\nb\",pod=\"c\\\\\"} 3\n", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_is_ready_when_the_report_is_out_and_no_collector_waits()
    {
        var health = new AgentHealth();
        var collectors = Readings.Full.Collectors.Add(CollectorStatus.Of("tcp_metrics"));
        var pages = new MetricsPages(() => health.Describe(collectors), () => "page\n");
        var port = FreePort();
        await using var server = await AgentServer.StartAsync(new ListenPlace(IPAddress.Loopback, port), certificate: null, pages.AnswerAsync);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

        Assert.Equal("503 report: not yet published\nexec: running\nconnect: left out (load: EPERM)\ntcp_metrics: waiting\n", await Get(http, "/readyz"));
        health.Published();
        Assert.StartsWith("503 report: published\n", await Get(http, "/readyz"), StringComparison.Ordinal);
        collectors = Readings.Full.Collectors;
        Assert.StartsWith("200 report: published\n", await Get(http, "/readyz"), StringComparison.Ordinal);
        Assert.Equal(("200 ok\n", "200 page\n", "404 no such path: there are /healthz, /readyz and /metrics\n"), (await Get(http, "/healthz"), await Get(http, "/metrics"), await Get(http, "/api/events")));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    private static async Task<string> Get(HttpClient http, string path)
    {
        using var answer = await http.GetAsync(new Uri(path, UriKind.Relative));
        return $"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}";
    }
}
