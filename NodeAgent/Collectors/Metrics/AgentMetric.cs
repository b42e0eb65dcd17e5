namespace Coral.NodeAgent.Collectors.Metrics;

/// <summary>Whether a number only grows.</summary>
internal enum AgentMetricKind
{
    /// <summary>It only grows while the agent lives.</summary>
    Counter,

    /// <summary>It goes up and down.</summary>
    Gauge,
}

/// <summary>A number of a metric. Its labels are in the metric's own order.</summary>
/// <param name="Value">The number.</param>
/// <param name="Labels">The values of the metric's labels.</param>
internal readonly record struct AgentMetricValue(long Value, params string[] Labels);

/// <summary>A metric of the agent, as it is written for Prometheus and sent by OpenTelemetry. Immutable.</summary>
/// <param name="Name">With dots, without a unit, as OpenTelemetry has it.</param>
/// <param name="Kind">Whether it only grows.</param>
/// <param name="Unit">In UCUM's letters: <c>By</c>, <c>us</c>; null where things are counted.</param>
/// <param name="Labels">The names of its labels.</param>
/// <param name="Help">What it means.</param>
/// <param name="Values">Its numbers in a reading.</param>
internal sealed record AgentMetric(string Name, AgentMetricKind Kind, string? Unit, string[] Labels, string Help, Func<AgentReading, IEnumerable<AgentMetricValue>> Values)
{
    /// <summary>The name in Prometheus, as OpenTelemetry's own rules make it of the other ("Prometheus and OpenMetrics Compatibility"): the same series by both ways.</summary>
    internal string PrometheusName => Name.Replace('.', '_') + Unit switch { "By" => "_bytes", "us" => "_microseconds", _ => "" } + (Kind == AgentMetricKind.Counter ? "_total" : "");
}
