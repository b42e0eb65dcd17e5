using System.Text.Json;

namespace Coral.Bench.Comparing;

/// <summary>One run of the load program against one server: a line <c>CASE TAB SERVER TAB JSON</c>.</summary>
internal sealed record Run(string Case, string Server, double PerSecond, double P50, double P99, double CpuMilliseconds, double Megabytes, long Wrong)
{
    internal static Run Parse(string line)
    {
        var parts = line.Split('\t', 3);
        var report = JsonElement.Parse(parts[2]);
        var right = report.GetProperty("ok").GetInt64();
        var latency = report.GetProperty("latency_us");
        return new Run(
            parts[0],
            parts[1],
            report.GetProperty("throughput").GetDouble(),
            latency.GetProperty("p50").GetDouble() / 1000,
            latency.GetProperty("p99").GetDouble() / 1000,
            report.GetProperty("server_cpu_seconds").GetDouble() * 1000 / Math.Max(right, 1),
            report.GetProperty("server_rss_kib").GetDouble() / 1024,
            report.GetProperty("errors").ValueKind == JsonValueKind.Object ? report.GetProperty("errors").EnumerateObject().Sum(kind => kind.Value.GetInt64()) : 0);
    }

    /// <summary>Runs of one server and case as one row: means, and the largest memory.</summary>
    internal static Run Mean(IReadOnlyCollection<Run> runs)
    {
        var first = runs.First();
        return first with
        {
            PerSecond = runs.Average(run => run.PerSecond),
            P50 = runs.Average(run => run.P50),
            P99 = runs.Average(run => run.P99),
            CpuMilliseconds = runs.Average(run => run.CpuMilliseconds),
            Megabytes = runs.Max(run => run.Megabytes),
            Wrong = runs.Sum(run => run.Wrong),
        };
    }
}
