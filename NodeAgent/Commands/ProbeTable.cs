using System.Text;
using Coral.NodeAgent.Capabilities;
using Coral.NodeAgent.Native;
using Coral.Policies.Nodes;

namespace Coral.NodeAgent.Commands;

/// <summary>What a probe found, for people.</summary>
internal static class ProbeTable
{
    private const int LongestLine = 100;

    internal static string Text(ProbeOutcome outcome)
    {
        var text = new StringBuilder(ShortReport.Text(outcome.System));
        text.Append("Lockdown: ").Append(outcome.System.Lockdown).Append("   cgroup: ").Append(outcome.System.Cgroup).Append("   memlock: ").Append(outcome.Memlock).Append('\n');
        text.Append('\n');
        Write(text, ["FACT", "AS IS", "MINIMAL", "FULL", "WHY NOT"], outcome.Facts.Select(fact => new[] { fact.Name, Word(fact.AsIs), Word(fact.Minimal), Word(fact.Full), Why(fact) }));
        text.Append('\n');
        Write(text, ["COLLECTOR", "TIER", "WHY NOT BETTER"], CollectorTiers.Choose(outcome.Facts).Select(collector => new[] { collector.Name, collector.Tier, string.Join("; ", collector.Reasons) }));
        return text.ToString();
    }

    private static string Word(Trial trial) => trial.Errno == 0 ? Trial.NameOf(trial.State) : $"{Trial.NameOf(trial.State)} {Errno.NameOf(trial.Errno)}";

    private static string Why(FactOutcome fact)
    {
        var failed = new[] { fact.AsIs, fact.Minimal, fact.Full }.FirstOrDefault(trial => trial.State != FactState.Ok);
        var line = failed is null ? "" : $"{failed.Method}{(failed.Line is null ? "" : ": " + failed.Line)}";
        return line.Length <= LongestLine ? line : line[..(LongestLine - 3)] + "...";
    }

    private static void Write(StringBuilder text, string[] header, IEnumerable<string[]> rows)
    {
        string[][] all = [header, .. rows];
        var widths = header.Select((_, column) => all.Max(row => row[column].Length) + 3).ToArray();
        foreach (var row in all)
        {
            var line = string.Concat(row.Select((cell, column) => cell.PadRight(widths[column])));
            text.Append(line.TrimEnd()).Append('\n');
        }
    }
}
