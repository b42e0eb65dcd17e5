using System.Security.Cryptography;
using System.Text.Json;
using Coral.Policies;
using Coral.Policies.PodSecurity;

namespace Coral.Cli.Replay;

/// <summary>
/// What a decision does to a pod and says to its author, as the audit document has it. Not part of it is how it came to be (rules, variants that fell):
/// that changes with the program.
/// </summary>
internal sealed record Ending
{
    internal required string Outcome { get; init; }

    internal required string Reason { get; init; }

    internal string? Variant { get; init; }

    internal string? Form { get; init; }

    /// <summary>Level, version and origin, such as <c>baseline v1.36 label</c>.</summary>
    internal string? Level { get; init; }

    internal string? Policy { get; init; }

    internal IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>SHA-256 of the patch; null without one.</summary>
    internal string? Patch { get; init; }

    /// <summary>What groups are made of.</summary>
    internal string Summary => Variant is null ? $"{Outcome} ({Reason})" : $"{Outcome} {Variant} ({Reason})";

    internal static Ending Of(Decision decision) => new()
    {
        Outcome = decision.Outcome.ToCode(),
        Reason = decision.Reason,
        Variant = decision.Variant,
        Form = decision.Form?.ToCode(),
        Level = decision.Level is { } level ? $"{level.Level.ToText()} {level.Version} {level.Origin.ToCode()}" : null,
        Policy = decision.Policy,
        Warnings = decision.Warnings,
        Patch = decision.Patch.IsEmpty ? null : Convert.ToHexStringLower(SHA256.HashData(decision.Patch.Span)),
    };

    /// <summary>Null where the document does not say how a decision ended.</summary>
    internal static Ending? Of(JsonElement document)
    {
        var coral = document.Get("coral"u8);
        var (admission, injection, pss) = (coral.Get("admission"u8), coral.Get("injection"u8), coral.Get("pss"u8));
        if (admission.Text("decision"u8) is not { } outcome || injection.Text("reason"u8) is not { } reason) return null;
        return new Ending
        {
            Outcome = outcome,
            Reason = reason,
            Variant = injection.Text("variant"u8),
            Form = injection.Text("form"u8),
            Level = pss.Text("level"u8) is { } level ? $"{level} {pss.Text("version"u8)} {pss.Text("origin"u8)}" : null,
            Policy = injection.Text("policy"u8),
            Warnings = [.. admission.Items("warnings"u8).Select(item => item.AsText() ?? "")],
            Patch = injection.Text("patch_hash"u8),
        };
    }

    /// <summary>The names of what differs, in a fixed order.</summary>
    internal IReadOnlyList<string> Differences(Ending other)
    {
        var names = new List<string>();
        if (Outcome != other.Outcome) names.Add("outcome");
        if (Variant != other.Variant) names.Add("variant");
        if (Reason != other.Reason) names.Add("reason");
        if (Form != other.Form) names.Add("form");
        if (Level != other.Level) names.Add("level");
        if (Policy != other.Policy) names.Add("policy");
        if (Patch != other.Patch) names.Add("patch");
        if (!Warnings.SequenceEqual(other.Warnings)) names.Add("warnings");
        return names;
    }
}
