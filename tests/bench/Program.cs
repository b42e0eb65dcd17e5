using BenchmarkDotNet.Running;
using Coral.Audit.Spool;
using Coral.Bench;
using Coral.Bench.Comparing;
using Coral.Bench.Enqueue;
using Coral.Bench.Floor;
using Coral.Bench.Inputs;
using Coral.Bench.Rules;

switch (args)
{
    case ["floor", "--listen", var listen, "--cert-dir", var folder]:
        return await FloorServer.RunAsync(listen, folder);
    case ["table", var file]:
        return ComparisonTable.Print(file, Console.Out);
    case ["pods", var count] when int.TryParse(count, out var number):
        await using (var output = new StreamWriter(Console.OpenStandardOutput())) PodLines.Write(number, output);
        return 0;
    case ["rules"]:
        return StartTimer.Print(Console.Out);
    case ["spool", var folder, var count, .. var rest] when int.TryParse(count, out var number) && rest is [] or ["--requests"]:
        await DecisionSpool.WriteAsync(folder, number, requests: rest.Length > 0);
        return 0;
    case ["enqueue", var folder, var sync, var seconds, var writers, var rate, .. var search] when Enum.TryParse<SpoolSync>(sync, ignoreCase: true, out var when) && int.TryParse(seconds, out var length)
        && int.TryParse(writers, out var number) && int.TryParse(rate, out var pace) && search.Length < 2:
        return await new EnqueueRun(folder, when, TimeSpan.FromSeconds(length), number, pace, search is [var url] ? new Uri(url) : null).PrintAsync(Console.Out);
    case ["enqueue" or "floor" or "table" or "pods" or "spool", ..]:
        await Console.Error.WriteLineAsync("usage: Coral.Bench floor --listen 127.0.0.1:PORT --cert-dir DIR | table FILE | pods COUNT | spool DIR COUNT [--requests] | enqueue DIR interval|always SECONDS WRITERS RATE [URL] | rules | [BenchmarkDotNet options, such as --filter '*Decision*']");
        return 2;
    default:
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(BenchConfig).Assembly).Run(args, new BenchConfig()).ToList();
        return summaries.Count > 0 && summaries.TrueForAll(summary => !summary.HasCriticalValidationErrors && summary.Reports.All(report => report.Success)) ? 0 : 1;
}
