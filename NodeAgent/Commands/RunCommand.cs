using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Coral.Audit.Events;
using Coral.NodeAgent.Collectors.Running;
using Coral.NodeAgent.Sidecar;

namespace Coral.NodeAgent.Commands;

/// <summary><c>coral-agent run</c>: a live view of what collectors see, without any cluster or search server.</summary>
internal static class RunCommand
{
    private const int MostRate = 1_000_000;
    private const int MostMebibytes = 4096;
    private const long Mebibyte = 1024 * 1024;

    internal static Command Build()
    {
        var collectors = new Option<string>("--collectors") { HelpName = "NAME,NAME", Description = $"Which: {string.Join(", ", LiveCollectors.Names)}", Required = true };
        collectors.Validators.Add(result =>
        {
            foreach (var name in Names(result.GetValueOrDefault<string>() ?? "").Where(name => !LiveCollectors.Names.Contains(name)))
                result.AddError($"--collectors has \"{name}\"; there are {string.Join(", ", LiveCollectors.Names)}");
        });
        var length = new Option<string?>("--for") { HelpName = "TIME", Description = "How long, such as 10s or 5m (until it is interrupted)" };
        length.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string>() is { } text && Length(text) is null) result.AddError($"--for is \"{text}\"; it must be a length of time such as 10s or 5m");
        });
        var format = new Option<string>("--output", "-o") { HelpName = "table|json", Description = "How to print: a line for people, or the document as it would be indexed", DefaultValueFactory = _ => "table" };
        format.AcceptOnlyFromAmong("table", "json");
        var rate = Number("--rate", "RECORDS", $"How many records a second one control group may send, 0 for no limit; the rest is counted ({EngineOptions.DefaultRate})", EngineOptions.DefaultRate, 0, MostRate);
        var memory = Number("--max-memory", "MIB", $"How many MiB of the kernel's memory the maps may take ({EngineOptions.DefaultMemory / Mebibyte})", (int)(EngineOptions.DefaultMemory / Mebibyte), 1, MostMebibytes);
        var http = CollectorOptions.HttpRecords();
        var node = NodeName.Option("The name of the node in documents (the host's name)", NodeName.OfHost);
        var command = new Command("run", "Show what collectors see, live: records on standard output, what they cost and what was lost on standard error") { collectors, length, format, rate, memory, http, node };
        // On a thread of its own: it waits in the kernel.
        command.SetAction((result, cancellation) => Task.Factory.StartNew(
            () => Run(
                new EngineOptions
                {
                    Collectors = Names(result.GetValue(collectors)!),
                    Length = result.GetValue(length) is { } text ? Length(text) : null,
                    Rate = result.GetValue(rate),
                    HttpRecords = result.GetValue(http),
                    MaxMemory = result.GetValue(memory) * Mebibyte,
                    Origin = new AuditOrigin { Service = "coral-agent", Version = AgentVersion.Text, Node = result.GetValue(node)! },
                },
                result.GetValue(format) == "json",
                cancellation),
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default));
        return command;
    }

    /// <summary>A number and s, m or h; null when it is no length of time above zero.</summary>
    internal static TimeSpan? Length(string text)
    {
        if (text.Length < 2 || !int.TryParse(text.AsSpan(0, text.Length - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number == 0) return null;
        return text[^1] switch { 's' => TimeSpan.FromSeconds(number), 'm' => TimeSpan.FromMinutes(number), 'h' => TimeSpan.FromHours(number), _ => null };
    }

    private static int Run(EngineOptions options, bool asJson, CancellationToken cancellation)
    {
        try
        {
            using var stream = Console.OpenStandardOutput();
            using var json = new JsonOutput(stream);
            using var text = new StreamWriter(stream);
            ICollectorOutput output = asJson ? json : new TableOutput(text);
            return new CollectorEngine(options, [output], line => Console.Error.WriteLine("coral-agent: " + line), TimeProvider.System).Run(cancellation);
        }
        catch (IOException)
        {
            // Who read the output has gone, as head does.
            return 0;
        }
    }

    private static ImmutableArray<string> Names(string list) => [.. list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Distinct(StringComparer.Ordinal)];

    private static Option<int> Number(string name, string unit, string description, int otherwise, int least, int most)
    {
        var option = new Option<int>(name) { HelpName = unit, Description = description, DefaultValueFactory = _ => otherwise };
        option.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !(int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value) && value >= least && value <= most))
                result.AddError($"{name} is \"{text}\"; it must be a number from {least} to {most}");
        });
        return option;
    }
}
