using Coral.Cli.Deciding;
using Coral.Cli.Explain.Live;
using Coral.Cli.Facts;
using Coral.Cli.Output;
using Coral.Policies;
using Coral.Policies.Variants;

namespace Coral.Cli.Explain;

/// <summary>The explanation that a person reads.</summary>
internal static class ExplainTable
{
    private const int Indent = 2;

    internal static void Write(Terminal terminal, OfflineDecision item, Scene scene, bool first)
    {
        if (!first) terminal.Out.WriteLine();
        if (item.Decision is not { } decision)
        {
            Tables.WriteHeading(terminal, $"{item.Item.Label}: runs no pods, nothing to decide");
            return;
        }

        Tables.WriteHeading(terminal, $"{item.Item.Label} in namespace {item.Namespace}");
        WriteDecision(terminal, item, decision, scene);
    }

    /// <summary>A running pod: first what became of it, then the decision on a new one.</summary>
    internal static void Write(Terminal terminal, Comparison live, Scene scene)
    {
        Tables.WriteHeading(terminal, $"{live.Now.Item.Label} in namespace {live.Now.Namespace}");
        Tables.WriteFields(terminal, LiveLines.Of(live), Indent);
        terminal.Out.WriteLine();
        Tables.WriteHeading(terminal, "A new pod like it");
        WriteDecision(terminal, live.Now, live.Now.Decision!, scene);
    }

    private static void WriteDecision(Terminal terminal, OfflineDecision item, Decision decision, Scene scene)
    {
        Tables.WriteFields(terminal, Lines(item, decision, scene), Indent);
        terminal.Out.WriteLine();
        Tables.Write(terminal, ["Variant", "Result", "Why"], VariantLine.All(decision).Select(line => new[] { line.Variant, line.Result, line.Why }), wraps: ["Why"], Indent);
        WriteLacks(terminal, decision);
        RuleTables.Write(terminal, item.Way, Indent);
    }

    private static IEnumerable<(string Name, string Value)> Lines(OfflineDecision item, Decision decision, Scene scene)
    {
        yield return ("outcome", Sentences.Outcome(decision));
        yield return ("reason", $"{decision.Reason}: {Reasons.All[decision.Reason]}");
        yield return ("opt-in", Sentences.OptIn(item.Pod!.Element, scene.Facts.Namespaces.GetValueOrDefault(item.Namespace)));
        if (decision.Level is { } level)
        {
            yield return ("mode", decision.Mode);
            yield return ("level", Sentences.Level(level));
        }

        if (decision.Floor is { } floor) yield return ("floor", Sentences.Floor(floor));
        if (decision.Pin is { } pin) yield return ("pin", Sentences.Pin(pin));
        if (decision is { Form: { } form, Floor: not null }) yield return ("form", Sentences.Form(form, decision, scene.Facts));
        if (decision.Before is { } before) yield return ("pod security", Sentences.Verdicts(before, decision.After));
        yield return ("policy", decision.Policy ?? "none matches");
        if (!decision.Rules.IsEmpty) yield return ("rules", string.Join(", ", decision.Rules));
        yield return ("decision", decision.Id);
        foreach (var warning in decision.Warnings) yield return ("warning", warning);
        if (Advice.For(decision) is { } advice) yield return ("advice", Sentences.Advice(advice));
    }

    private static void WriteLacks(Terminal terminal, Decision decision)
    {
        if (decision.Degraded.IsEmpty) return;
        terminal.Out.WriteLine();
        var lacks = VariantCatalogue.Shipped.Features.Where(feature => decision.Degraded.Contains(feature.Name));
        Tables.Write(terminal, [$"{decision.Variant} lacks", "Which is", "Instead"], lacks.Select(feature => new[] { feature.Name, feature.Summary.TrimEnd('.'), feature.Instead ?? "" }), wraps: ["Which is", "Instead"], Indent);
    }
}
