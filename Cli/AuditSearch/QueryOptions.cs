using System.Collections.Immutable;
using System.CommandLine;
using System.Globalization;
using Coral.Audit.Search;
using Coral.Policies;
using Coral.Policies.Variants;

namespace Coral.Cli.AuditSearch;

/// <summary>The options that say what to look for.</summary>
/// <param name="most">The most decisions unless <c>--limit</c> says otherwise.</param>
/// <param name="limitHelp">What <c>--limit</c> does.</param>
internal sealed class QueryOptions(int most, string limitHelp)
{
    private static readonly string[] Outcomes = ["injected", "skipped", "denied", "failed"];

    private static readonly string[] Variants = [.. VariantCatalogue.Shipped.Variants.Select(known => known.Name)];

    private readonly Option<string?> ns = new("--namespace", "-n") { HelpName = "NAME", Description = "The pod's namespace" };
    private readonly Option<string?> outcome = new("--outcome") { HelpName = "OUTCOME", Description = "injected, skipped, denied or failed" };
    private readonly Option<string?> reason = new("--reason") { HelpName = "CODE", Description = "The reason code, such as proved-minimal" };
    private readonly Option<string?> variant = new("--variant") { HelpName = "NAME", Description = "The chosen variant, such as ebpf-minimal" };
    private readonly Option<string?> since = new("--since") { HelpName = "1h|TIME", Description = "Not older than this: 90s, 15m, 1h, 7d, or a time such as 2026-11-21T12:00:00Z" };
    private readonly Option<string?> until = new("--until") { HelpName = "1h|TIME", Description = "Not younger than this, in the same forms" };
    private readonly Option<string[]> field = new("--field") { HelpName = "NAME=VALUE", Description = "Another field and its whole value, such as coral.injection.policy=default; may be repeated" };
    private readonly Option<string?> text = new("--text") { HelpName = "WORDS", Description = "Words of the message, the warnings or the Pod Security violations" };
    private readonly Option<string?> id = new("--id") { HelpName = "ID", Description = "A decision's id, as coral.io/status of the pod has it, or a document's" };
    private readonly Option<string?> limit = new("--limit") { HelpName = "N", Description = limitHelp };

    internal void AddTo(Command command)
    {
        foreach (var option in new Option[] { ns, outcome, reason, variant, since, until, field, text, id, limit }) command.Add(option);
        outcome.CompletionSources.Add(Outcomes);
        reason.CompletionSources.Add([.. Reasons.All.Keys]);
        variant.CompletionSources.Add(Variants);
    }

    internal AuditQuery Read(ParseResult result, TimeProvider time, Problems problems) => new()
    {
        Namespace = result.GetValue(ns),
        Outcome = Choice("outcome", result.GetValue(outcome), Outcomes, problems),
        Reason = result.GetValue(reason),
        Variant = Choice("variant", result.GetValue(variant), Variants, problems),
        Since = Time("since", result.GetValue(since), time, problems),
        Until = Time("until", result.GetValue(until), time, problems),
        Fields = Fields(result.GetValue(field) ?? [], problems),
        Text = result.GetValue(text),
        Id = result.GetValue(id),
        Limit = Limit(result.GetValue(limit), problems),
    };

    private static string? Choice(string name, string? value, string[] choices, Problems problems)
    {
        if (value is not null && !choices.Contains(value)) problems.Add($"--{name} is \"{value}\"; it must be {string.Join(", ", choices[..^1])} or {choices[^1]}");
        return value;
    }

    private static ImmutableArray<FieldCondition> Fields(string[] values, Problems problems)
    {
        var conditions = ImmutableArray.CreateBuilder<FieldCondition>();
        foreach (var value in values)
        {
            var at = value.IndexOf('=', StringComparison.Ordinal);
            if (at > 0) conditions.Add(new FieldCondition(value[..at], value[(at + 1)..]));
            else problems.Add($"--field is \"{value}\"; it must be a field's name and its value, such as coral.injection.policy=default");
        }

        return conditions.ToImmutable();
    }

    private static DateTimeOffset? Time(string name, string? value, TimeProvider time, Problems problems)
    {
        if (value is null) return null;
        if (Ages.Read(value) is { } age && age < TimeSpan.FromDays(36_500)) return time.GetUtcNow() - age;
        // A time without a zone would mean another moment on each machine, so one is demanded by its shape.
        if (value.Contains('T') && DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)) return moment;
        problems.Add($"--{name} is \"{value}\"; it must be an age such as 15m, 1h or 7d, or a time such as 2026-11-21T12:00:00Z");
        return null;
    }

    private int Limit(string? value, Problems problems)
    {
        if (value is null) return most;
        if (int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0) return number;
        problems.Add($"--limit is \"{value}\"; it must be a number above 0");
        return most;
    }
}
