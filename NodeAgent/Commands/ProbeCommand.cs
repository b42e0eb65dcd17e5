using System.CommandLine;
using System.Text.Encodings.Web;
using System.Text.Json;
using Coral.NodeAgent.Capabilities;

namespace Coral.NodeAgent.Commands;

/// <summary><c>coral-agent probe</c>: tries, prints, ends. It leaves nothing behind in the kernel.</summary>
internal static class ProbeCommand
{
    private const int DefaultSeconds = 10;

    internal static Command Build()
    {
        var format = new Option<string>("--output", "-o") { HelpName = "table|json|short", Description = "How to print: a table, the NodeCapability document, or four lines", DefaultValueFactory = _ => "table" };
        format.AcceptOnlyFromAmong("table", "json", "short");
        var node = NodeName.Option("The name of the node in the document (the host's name)", NodeName.OfHost);
        var seconds = new Option<int>("--trial-timeout") { HelpName = "SECONDS", Description = "How long one trial may take before it counts as an error", DefaultValueFactory = _ => DefaultSeconds };
        seconds.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var text }] && !(int.TryParse(text, out var value) && value is >= 1 and <= 600)) result.AddError($"--trial-timeout is \"{text}\"; it must be from 1 to 600 seconds");
        });
        var command = new Command("probe", "Load and attach the smallest eBPF program of each kind, three ways, and say what worked") { format, node, seconds };
        command.SetAction((result, cancellation) => RunAsync(result.GetValue(format)!, result.GetValue(node)!, TimeSpan.FromSeconds(result.GetValue(seconds)), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string format, string node, TimeSpan limit, CancellationToken cancellation)
    {
        var time = TimeProvider.System;
        if (format == "short")
        {
            await Console.Out.WriteAsync(ShortReport.Text(SystemFacts.SystemReport.Read()));
            return 0;
        }

        var runner = new TrialRunner([.. OwnProgram.Command, TrialProcess.Verb], limit, time);
        var outcome = await NodeProbe.RunAsync(node, runner, time, cancellation);
        if (format == "table") await Console.Out.WriteAsync(ProbeTable.Text(outcome));
        else Print(outcome);
        await runner.EndedAsync();
        return 0;
    }

    private static void Print(ProbeOutcome outcome)
    {
        using var output = Console.OpenStandardOutput();
        using (var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
            NodeCapabilityDocument.Write(json, outcome);
        output.Write("\n"u8);
    }
}
