using Coral.Cli.Explain;
using Coral.Policies;

namespace Coral.Cli.Testing.Reporting;

/// <summary>What <c>coral explain</c> says of a decision, in a line.</summary>
internal static class ExplainLine
{
    internal static string Of(Finding finding) => string.Join("; ", Parts(finding));

    /// <summary>The decision in a few words.</summary>
    internal static string Short(Decision decision) => $"{Sentences.Outcome(decision)} ({decision.Reason})";

    private static IEnumerable<string> Parts(Finding finding)
    {
        var decision = finding.Decision;
        yield return $"{Short(decision)}: {Reasons.All[decision.Reason]}";
        yield return $"opt-in {Sentences.OptIn(finding.Pod, finding.Facts.Namespaces.GetValueOrDefault(finding.Namespace))}";
        if (decision.Level is { } level) yield return $"level {Sentences.Level(level)}";
        if (decision.Floor is { } floor) yield return $"floor {Sentences.Floor(floor)}";
        if (decision.Pin is { } pin) yield return $"pin {Sentences.Pin(pin)}";
        foreach (var candidate in decision.Candidates.Where(candidate => candidate.Reason is not (null or Reasons.NotNeeded))) yield return $"{candidate.Variant} fell: {candidate.Reason}{(candidate.Detail is null ? "" : $" ({candidate.Detail})")}";
        yield return decision.Policy is { } policy ? $"policy {policy}" : "no policy matches";
    }
}
