namespace Coral.Bench.Comparing;

/// <summary>Prints the runs of a comparison, each server beside the one that is the baseline, in the order of the cases.</summary>
internal static class ComparisonTable
{
    /// <summary>Returns 1 when an answer was wrong or there is nothing to compare.</summary>
    internal static int Print(string file, TextWriter output, string baseline)
    {
        var runs = File.ReadAllLines(file).Where(line => line.Length > 0).Select(Run.Parse).ToList();
        output.WriteLine($"{"case",-40} {"server",-10} {"requests/s",10} {"p50 ms",8} {"p99 ms",8} {"CPU ms/req",10} {"RSS MB",7}  beside {baseline}");
        foreach (var group in runs.GroupBy(run => run.Case))
        {
            var servers = group.GroupBy(run => run.Server).Select(server => Run.Mean([.. server])).ToDictionary(run => run.Server, StringComparer.Ordinal);
            foreach (var run in servers.Values)
            {
                var ratio = run.Server != baseline && servers.TryGetValue(baseline, out var other)
                    ? $"CPU x{run.CpuMilliseconds / other.CpuMilliseconds:0.00}, p50 x{run.P50 / other.P50:0.00}, p99 x{run.P99 / other.P99:0.00}, requests/s x{run.PerSecond / other.PerSecond:0.00}"
                    : "";
                var wrong = run.Wrong == 0 ? "" : $"  {run.Wrong} WRONG ANSWERS";
                output.WriteLine($"{run.Case,-40} {run.Server,-10} {run.PerSecond,10:0} {run.P50,8:0.00} {run.P99,8:0.00} {run.CpuMilliseconds,10:0.000} {run.Megabytes,7:0}  {ratio}{wrong}");
            }
        }

        return runs.Count == 0 || runs.Exists(run => run.Wrong > 0) ? 1 : 0;
    }
}
