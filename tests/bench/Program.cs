using BenchmarkDotNet.Running;
using Coral.Audit.Spool;
using Coral.Bench;
using Coral.Bench.Comparing;
using Coral.Bench.Enqueue;
using Coral.Bench.Floor;
using Coral.Bench.Inputs;
using Coral.Bench.Outages;
using Coral.Bench.Rsyslog;
using Coral.Bench.Rules;

switch (args)
{
    case ["floor", "--listen", var listen, "--cert-dir", var folder]:
        return await FloorServer.RunAsync(listen, folder);
    case ["stand-in", "--listen", var listen, "--control", var control]:
        return await StandInServer.RunAsync(listen, control);
    case ["table", var file, .. var rest] when rest.Length < 2:
        return ComparisonTable.Print(file, Console.Out, rest is [var baseline] ? baseline : "floor");
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
    case ["lines", var folder]:
        await using (var output = new BufferedStream(Console.OpenStandardOutput())) SpoolLines.Write(folder, output);
        return 0;
    case ["stored", var server, var index, var stored]:
        return await StoredDocuments.CompareAsync(server, index, stored, Console.Out);
    case ["enqueue" or "floor" or "stand-in" or "table" or "pods" or "spool" or "lines" or "stored", ..]:
        await Console.Error.WriteLineAsync("usage: Coral.Bench floor --listen 127.0.0.1:PORT --cert-dir DIR | stand-in --listen 127.0.0.1:PORT --control 127.0.0.1:PORT | table FILE [BASELINE] | pods COUNT | spool DIR COUNT [--requests] | enqueue DIR interval|always SECONDS WRITERS RATE [URL] | lines DIR | stored URL INDEX FILE | rules | [BenchmarkDotNet options, such as --filter '*Decision*']");
        return 2;
    default:
        var summaries = BenchmarkSwitcher.FromAssembly(typeof(BenchConfig).Assembly).Run(args, new BenchConfig()).ToList();
        return summaries.Count > 0 && summaries.TrueForAll(summary => !summary.HasCriticalValidationErrors && summary.Reports.All(report => report.Success)) ? 0 : 1;
}
