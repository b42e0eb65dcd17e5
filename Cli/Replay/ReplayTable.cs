using System.Globalization;
using Coral.Cli.Output;

namespace Coral.Cli.Replay;

/// <summary>The groups as rows, and the counts in words.</summary>
internal static class ReplayTable
{
    private static readonly string[] Header = ["Count", "Before", "After", "Differs", "Such as", "Id"];

    internal static void Write(Terminal terminal, Tally tally)
    {
        var rows = tally.Changes.Select(group => new[]
        {
            Number(group.Count), group.Before, group.After == group.Before ? "the same" : group.After, string.Join(", ", group.Differences), group.Example.Pod, group.Example.Id,
        }).ToList();
        if (rows.Count > 0)
        {
            Tables.Write(terminal, Header, rows, wraps: ["Before", "After", "Differs", "Such as"]);
            terminal.Out.WriteLine();
        }

        terminal.Out.WriteLine(Sentence(tally));
        foreach (var group in tally.Obstacles)
            terminal.Out.WriteLine(Tables.Clean($"  {Number(group.Count)} {group.Obstacle.Code}, such as {group.Example.Id}: {group.Obstacle.Text}"));
    }

    private static string Sentence(Tally tally)
    {
        var trials = tally.DryRuns == 0 ? "" : $", {Number(tally.DryRuns)} of them dry runs";
        var left = tally.Read - tally.Replayed;
        var others = left == 0 ? "" : $" {Number(left)} {(left == 1 ? "document was" : "documents were")} not:";
        return $"{Number(tally.Replayed)} {(tally.Replayed == 1 ? "decision" : "decisions")} made again{trials}: {Number(tally.Changed)} changed, {Number(tally.Same)} the same.{others}";
    }

    private static string Number(int count) => count.ToString(CultureInfo.InvariantCulture);
}
