using System.Net;
using System.Text.RegularExpressions;
using Coral.NodeAgent.Collectors.Metrics;
using Coral.NodeAgent.Commands;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Logging;

namespace Coral.NodeAgent.Tests.Collectors.Metrics;

/// <summary>One test at a time: variables and meters belong to the process.</summary>
public sealed partial class OtlpExportTests : IAsyncLifetime
{
    private const string Protocol = "OTEL_EXPORTER_OTLP_PROTOCOL";

    private readonly List<(string Path, string Type, byte[] Body)> requests = [];
    private readonly List<string> said = [];
    private readonly WebApplication server;
    private int status = StatusCodes.Status200OK;
    private string? refusal;
    private int reads;
    private Func<int, AgentReading> reading = _ => Readings.Full;

    public OtlpExportTests()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        // Without encryption a place speaks one version of HTTP.
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.Protocols = HttpProtocols.Http2);
        });
        server = builder.Build();
        server.Run(TakeAsync);
    }

    private Uri Http => new(server.Urls.First());

    private Uri Grpc => new(server.Urls.Last());

    public Task InitializeAsync() => server.StartAsync();

    public async Task DisposeAsync() => await server.DisposeAsync();

    [Fact]
    public void What_is_sent_is_what_the_page_says()
    {
        using (var export = Export(Http)) Assert.True(export.Flush());

        var (path, type, body) = requests[0];
        Assert.Equal(("/v1/metrics", "application/x-protobuf"), (path, type));
        var lines = OtlpRequest.Read(body);
        Assert.Matches("^resource {k8s.node.name=node-a,service.instance.id=node-a,service.name=coral-agent,service.version=[^,]+,telemetry.sdk.language=dotnet,telemetry.sdk.name=opentelemetry,telemetry.sdk.version=[^,]+}$", lines[0]);
        Assert.Equal("scope Coral.Agent", lines[1]);
        Assert.Equal(OfPage(PrometheusPage.Write(Readings.Full)), lines.Skip(2).Select(AsOnThePage).Order(StringComparer.Ordinal));
        Assert.Contains("coral.agent.pod.tcp.sent [By] monotonic sum of temporality 2 {k8s.namespace.name=shop,k8s.pod.name=web} 11", lines);
        Assert.Empty(said);
    }

    [Fact]
    public void All_of_one_sending_is_of_one_reading_and_the_last_is_sent_at_the_end()
    {
        reading = number => Readings.Full with { Names = (number, number) };
        using (var export = Export(Http))
        {
            export.Flush();
            export.Flush();
        }

        Assert.Equal((3, 3), (requests.Count, reads));
        Assert.All(requests.Select((request, at) => (request, at)), pair => Assert.Equal([$"{pair.at + 1}"], OtlpRequest.Read(pair.request.Body).Where(line => line.StartsWith("coral.agent.names.", StringComparison.Ordinal)).Select(line => line.Split(' ')[^1]).Distinct()));
    }

    [Fact]
    public void What_is_not_taken_is_said_once_with_the_reason()
    {
        using (var export = Export(Http))
        {
            status = StatusCodes.Status401Unauthorized;
            Assert.False(export.Flush());
            Assert.False(export.Flush());
            status = StatusCodes.Status200OK;
            Assert.True(export.Flush());
        }

        var place = new Uri(Http, "v1/metrics");
        Assert.Equal([$"metrics were not taken by {place}: 401 Unauthorized; they are sent again with the next ones", $"metrics are taken by {place} again"], said);
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_said()
    {
        var gone = Http;
        await server.StopAsync();
        using (var export = Export(gone)) Assert.False(export.Flush());

        Assert.Matches("^metrics were not taken by http://127.0.0.1:[0-9]+/v1/metrics: Connection refused", Assert.Single(said));
    }

    [Fact]
    public void With_gRPC_the_same_is_sent()
    {
        Environment.SetEnvironmentVariable(Protocol, "grpc");
        try
        {
            using var export = Export(Grpc);
            Assert.True(export.Flush());
        }
        finally
        {
            Environment.SetEnvironmentVariable(Protocol, null);
        }

        var (path, type, body) = requests[0];
        Assert.Equal(("/opentelemetry.proto.collector.metrics.v1.MetricsService/Export", "application/grpc"), (path, type));
        // Behind a byte for compression and four of length.
        Assert.Equal(OfPage(PrometheusPage.Write(Readings.Full)), OtlpRequest.Read(body[5..]).Skip(2).Select(AsOnThePage).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void What_a_server_of_gRPC_does_not_take_is_said()
    {
        Environment.SetEnvironmentVariable(Protocol, "grpc");
        try
        {
            refusal = "16";
            using var export = Export(Grpc);
            Assert.False(export.Flush());
        }
        finally
        {
            Environment.SetEnvironmentVariable(Protocol, null);
        }

        Assert.Equal($"metrics were not taken by {Grpc}: gRPC 16 no token; they are sent again with the next ones", said[0]);
    }

    [Theory]
    [InlineData("collector:4318", "--otlp-endpoint is \"collector:4318\"; it must be a URL of http or https, such as http://127.0.0.1:4318, or none")]
    [InlineData("ftp://collector", "--otlp-endpoint is \"ftp://collector\"; it must be a URL of http or https, such as http://127.0.0.1:4318, or none")]
    [InlineData("http://collector?key=1", "--otlp-endpoint is \"http://collector?key=1\"; it must be a URL of http or https, such as http://127.0.0.1:4318, or none")]
    [InlineData("http://me:secret@collector", "--otlp-endpoint has a name or password in it; put it into OTEL_EXPORTER_OTLP_HEADERS")]
    [InlineData("none", null)]
    [InlineData("https://collector:4318/in", null)]
    public void A_place_that_is_none_is_refused(string place, string? error) =>
        Assert.Equal(error, NodeCommand.Build().Parse(["--otlp-endpoint", place]).Errors.SingleOrDefault()?.Message);

    private static IEnumerable<string> OfPage(string page) => page.Split('\n').Where(line => line.Length > 0 && line[0] != '#').Order(StringComparer.Ordinal);

    /// <summary>By the rules of "Prometheus and OpenMetrics Compatibility".</summary>
    private static string AsOnThePage(string line)
    {
        var (name, unit, kind, attributes, value) = Line().Match(line) is { Success: true, Groups: var groups } ? (groups[1].Value, groups[2].Value, groups[3].Value, groups[4].Value, groups[5].Value) : throw new ArgumentException(line, nameof(line));
        var labels = attributes.Length == 0 ? "" : "{" + string.Join(',', attributes.Split(',').Select(pair => pair.Split('=')).Select(pair => $"{pair[0] switch { "k8s.namespace.name" => "namespace", "k8s.pod.name" => "pod", var other => other }}=\"{pair[1]}\"")) + "}";
        return name.Replace('.', '_') + unit switch { "By" => "_bytes", "us" => "_microseconds", _ => "" } + (kind == "gauge" ? "" : "_total") + labels + " " + value;
    }

    [GeneratedRegex(@"^(\S+) \[(\S*)\] (gauge|monotonic sum of temporality 2) \{([^}]*)\} (\d+)$")]
    private static partial Regex Line();

    private OtlpExport Export(Uri place) => new(place, "node-a", () => reading(++reads), said.Add);

    private async Task TakeAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        requests.Add((context.Request.Path, context.Request.ContentType!, body.ToArray()));
        context.Response.StatusCode = status;
        if (context.Request.ContentType != "application/grpc") return;
        context.Response.ContentType = "application/grpc";
        if (refusal is not null)
        {
            context.Response.Headers["grpc-status"] = refusal;
            context.Response.Headers["grpc-message"] = "no%20token";
            return;
        }

        await context.Response.Body.WriteAsync(new byte[5]);
        context.Response.AppendTrailer("grpc-status", "0");
    }
}
