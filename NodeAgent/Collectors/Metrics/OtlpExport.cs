using System.Diagnostics.Metrics;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;

namespace Coral.NodeAgent.Collectors.Metrics;

/// <summary>
/// Sends the agent's metrics by OpenTelemetry's protocol (OTLP 1), from its construction to its end, when it sends them once more. What is not taken is not kept: each number is that since the start, and the
/// next time tells it too. The kit of OpenTelemetry reads its own variables: <c>OTEL_EXPORTER_OTLP_HEADERS</c>, <c>OTEL_METRIC_EXPORT_INTERVAL</c> and so on.
/// </summary>
internal sealed class OtlpExport : IDisposable
{
    /// <summary>The scope of the metrics.</summary>
    internal const string MeterName = "Coral.Agent";

    private const string MetricsPath = "v1/metrics";

    private readonly Func<AgentReading> read;
    private readonly Lock gate = new();
    private readonly HashSet<AgentMetric> served = [];
    private readonly Meter meter;
    private readonly MeterProvider provider;
    private AgentReading? current;

    /// <param name="endpoint">Where the paths of OTLP begin; of gRPC the server.</param>
    /// <param name="node">The node's name.</param>
    /// <param name="read">Reads the metrics; any thread.</param>
    /// <param name="say">Takes a line for people: when they are not taken, and when they are again.</param>
    internal OtlpExport(Uri endpoint, string node, Func<AgentReading> read, Action<string> say)
    {
        this.read = read;
        meter = new Meter(MeterName, AgentVersion.Text);
        foreach (var metric in AgentMetrics.All) Add(metric);
        provider = Sdk.CreateMeterProviderBuilder()
            // What OTEL_RESOURCE_ATTRIBUTES and OTEL_SERVICE_NAME say comes last and goes before.
            .SetResourceBuilder(ResourceBuilder.CreateEmpty().AddService("coral-agent", serviceVersion: AgentVersion.Text, serviceInstanceId: node).AddAttributes([new("k8s.node.name", node)]).AddTelemetrySdk().AddEnvironmentVariableDetector())
            .AddMeter(MeterName)
            .AddOtlpExporter(options => Send(options, endpoint, say))
            .Build();
    }

    /// <summary>Sends at once what there is.</summary>
    /// <returns>Whether it was taken.</returns>
    internal bool Flush() => provider.ForceFlush();

    public void Dispose()
    {
        provider.Dispose();
        meter.Dispose();
    }

    private static void Send(OtlpExporterOptions options, Uri endpoint, Action<string> say)
    {
        // The specification's default; the kit's own is gRPC.
        if ((Asked("OTEL_EXPORTER_OTLP_METRICS_PROTOCOL") ?? Asked("OTEL_EXPORTER_OTLP_PROTOCOL")) is "grpc")
        {
            options.Protocol = OtlpExportProtocol.Grpc;
            options.Endpoint = endpoint;
        }
        else
        {
            options.Protocol = OtlpExportProtocol.HttpProtobuf;
            options.Endpoint = new Uri(endpoint.AbsoluteUri.TrimEnd('/') + '/' + MetricsPath);
        }

        var usual = options.HttpClientFactory;
        options.HttpClientFactory = () => new HttpClient(new ToldHandler(usual(), options.Endpoint, say));
    }

    private static string? Asked(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } said ? said : null;

    private void Add(AgentMetric metric)
    {
        if (metric.Kind == AgentMetricKind.Counter) meter.CreateObservableCounter(metric.Name, () => Observe(metric), metric.Unit, metric.Help);
        else meter.CreateObservableGauge(metric.Name, () => Observe(metric), metric.Unit, metric.Help);
    }

    private IEnumerable<Measurement<long>> Observe(AgentMetric metric) => metric.Values(Reading(metric)).Select(value => new Measurement<long>(value.Value, metric.Labels.Select((label, at) => KeyValuePair.Create<string, object?>(Attribute(label), value.Labels[at]))));

    /// <summary>All metrics of one sending are of one reading, so that the books close: a reading serves each metric once.</summary>
    private AgentReading Reading(AgentMetric metric)
    {
        lock (gate)
        {
            if (current is null || !served.Add(metric))
            {
                current = read();
                served.Clear();
                served.Add(metric);
            }

            return current;
        }
    }

    // OpenTelemetry's semantic conventions of Kubernetes.
    private static string Attribute(string label) => label switch { "namespace" => "k8s.namespace.name", "pod" => "k8s.pod.name", _ => label };
}
