using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using Coral.NodeAgent.Collectors.Accounting;
using Coral.NodeAgent.Collectors.Metrics;
using Coral.NodeAgent.Collectors.Running;
using Coral.NodeAgent.Serving;
using Coral.Testing;

namespace Coral.NodeAgent.Tests.Collectors.Metrics;

public sealed class AgentMetricsPageTests
{
    private static readonly CollectorAccount Books = new(ImmutableSortedDictionary<ulong, Counts>.Empty.Add(7, new Counts(Seen: 36, 1, 2, 3, 4, 5, 6, Error: 9, Sampled: 6)), default, 3, 4, 7);

    private static readonly ImmutableArray<CollectorStatus> Collectors =
    [
        CollectorStatus.Of("exec") with { State = CollectorState.Running, MemoryBytes = 4096, Account = Books },
        CollectorStatus.Of("connect") with { State = CollectorState.LeftOut, Reason = "load: EPERM" },
    ];

    [Fact]
    public void The_page_is_as_recorded()
    {
        var pods = new PodMetrics(new FakeTimeProvider());
        pods.Take(PodMetricsTests.Calls("web", "read", 10), null);
        Golden.Check("tests/NodeAgent/Golden/metrics.txt", AgentMetricsPage.Write(Collectors, null, pods, []));
    }

    [Fact]
    public async Task It_is_ready_when_the_report_is_out_and_no_collector_waits()
    {
        var health = new AgentHealth();
        var collectors = Collectors.Add(CollectorStatus.Of("tcp_metrics"));
        var pages = new MetricsPages(() => health.Describe(collectors), () => "page\n");
        var port = FreePort();
        await using var server = await AgentServer.StartAsync(new ListenPlace(IPAddress.Loopback, port), certificate: null, pages.AnswerAsync);
        using var http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{port}") };

        Assert.Equal("503 report: not yet published\nexec: running\nconnect: left out (load: EPERM)\ntcp_metrics: waiting\n", await Get(http, "/readyz"));
        health.Published();
        Assert.StartsWith("503 report: published\n", await Get(http, "/readyz"), StringComparison.Ordinal);
        collectors = Collectors;
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
