using System.Globalization;
using System.Text;

namespace Coral.NodeAgent.Collectors.Metrics;

/// <summary>The page of <c>/metrics</c> of an agent in the Prometheus text format 0.0.4.</summary>
internal static class PrometheusPage
{
    internal const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    internal static string Write(AgentReading reading)
    {
        var page = new StringBuilder(8192);
        foreach (var metric in AgentMetrics.All)
        {
            var name = metric.PrometheusName;
            page.Append("# HELP ").Append(name).Append(' ').Append(metric.Help).Append('\n');
            page.Append("# TYPE ").Append(name).Append(' ').Append(metric.Kind == AgentMetricKind.Counter ? "counter" : "gauge").Append('\n');
            foreach (var value in metric.Values(reading)) Line(page.Append(name), metric.Labels, value);
        }

        return page.ToString();
    }

    private static void Line(StringBuilder page, string[] labels, AgentMetricValue value)
    {
        for (var at = 0; at < labels.Length; at++)
        {
            page.Append(at == 0 ? '{' : ',').Append(labels[at]).Append("=\"");
            Text(page, value.Labels[at]);
            page.Append('"').Append(at == labels.Length - 1 ? "}" : "");
        }

        page.Append(CultureInfo.InvariantCulture, $" {value.Value}\n");
    }

    // Names come from the cluster: whatever they are, they stay in their place.
    private static void Text(StringBuilder page, string value) => page.Append(value.Replace(@"\", @"\\").Replace("\"", "\\\"").Replace("\n", "\\n"));
}
