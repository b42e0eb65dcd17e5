using System.Security.Cryptography;
using System.Text.Json;
using Coral.Policies;
using Coral.Policies.Bundles;
using Coral.Policies.Nodes;
using Coral.Policies.PodSecurity;

namespace Coral.Cli.Testing.Stating;

/// <summary>All that can be claimed of a decision. Only what a case states is compared.</summary>
internal static class Aspects
{
    /// <summary>Where a decision has no variant, form, level, floor or policy.</summary>
    internal const string None = "none";

    private static readonly string[] PinReasons = [PinReason.Pinned, PinReason.NotNeeded, PinReason.NothingBetter, PinReason.TooFewNodes, PinReason.NamesItsNode, PinReason.OtherDemands];

    private static readonly string[] Variants = [.. SpecNames.Variants, None];

    internal static readonly Aspect[] All =
    [
        One("outcome", Checks.OneOf("outcome", "injected", "skipped", "denied", "failed"), finding => finding.Decision.Outcome.ToCode()),
        One("reason", AspectChecks.Reason, finding => finding.Decision.Reason),
        One("variant", Checks.OneOf("variant", Variants), finding => finding.Decision.Variant ?? None),
        One("form", Checks.OneOf("form", "native", "regular", None), finding => finding.Decision.Form?.ToCode() ?? None),
        One("mode", Checks.OneOf("mode", SpecNames.Modes), finding => finding.Decision.Mode),
        new("level", AspectChecks.Level, Level),
        One("origin", Checks.OneOf("origin", "label", "configured", "probed", "exempt", "assumed", None), finding => finding.Decision.Level?.Origin.ToCode() ?? None),
        One("exemption", Checks.OneOf("exemption", "namespace", "user", "runtimeClass", None), finding => finding.Decision.Level?.Exemption.ToCode() is { Length: > 0 } code ? code : None),
        One("floor", AspectChecks.Reason, finding => finding.Decision.Floor?.Reason ?? None),
        One("pin", Checks.OneOf("outcome of strategy pin", [.. PinReasons, None]), finding => finding.Decision.Pin?.Reason ?? None),
        One("policy", AspectChecks.Name, finding => finding.Decision.Policy ?? None),
        One("audit", Checks.OneOf("audit level", "normal", "required"), finding => finding.Decision.AuditRequired ? "required" : "normal"),
        One("template", AspectChecks.Name, finding => finding.Decision.Template ?? None),
        One("patchHash", AspectChecks.Hash, finding => Convert.ToHexStringLower(SHA256.HashData(finding.Decision.Patch.Span))),
        new("rules", AspectChecks.Names, names => names.EnumerateArray().Select(name => Holds("rules", name.GetString()!, finding => finding.Decision.Rules))),
        new("degraded", AspectChecks.Names, names => [Claim.Same("degraded", List(Texts(names)), finding => List(finding.Decision.Degraded))]),
        new("violations", AspectChecks.Names, names => [Claim.Same("violations", List(Texts(names)), finding => List(Violations(finding.Decision)))]),
        new("warnings", AspectChecks.Names, Warnings),
        new("candidates", Checks.MapOf($"variant; known: {string.Join(", ", SpecNames.Variants)}", SpecNames.Variants.Contains, AspectChecks.Fate, SpecNames.Variants.Length), Candidates),
        new("patch", AspectChecks.Operations, PatchClaims.Whole),
        new("pod", AspectChecks.Pointers, PatchClaims.Pointers),
    ];

    private static Aspect One(string name, JsonCheck check, Func<Finding, string> actual) => new(name, check, value => [Claim.Same(name, value.GetString()!, actual)]);

    /// <summary>With a version it is compared too, as it was evaluated.</summary>
    private static IEnumerable<Claim> Level(JsonElement value)
    {
        var text = value.GetString()!;
        yield return Claim.Same("level", text, finding => finding.Decision.Level is not { } level ? None : text.Contains(':') ? $"{level.Level.ToText()}:{level.Version}" : level.Level.ToText());
    }

    private static IEnumerable<Claim> Warnings(JsonElement parts)
    {
        if (parts.GetArrayLength() == 0) yield return Claim.Same("warnings", None, finding => List(finding.Decision.Warnings));
        foreach (var part in Texts(parts))
        {
            yield return new Claim("warnings", finding => finding.Decision.Warnings.Any(warning => warning.Contains(part, StringComparison.Ordinal))
                ? null
                : new Difference("warnings", $"one with \"{part}\"", List(finding.Decision.Warnings)));
        }
    }

    private static IEnumerable<Claim> Candidates(JsonElement fates) => fates.EnumerateObject().Select(fate =>
        Claim.Same($"candidates.{fate.Name}", fate.Value.GetString()!, finding => Fate(finding.Decision.Candidates.FirstOrDefault(candidate => candidate.Variant == fate.Name))));

    private static string Fate(Candidate? candidate) => candidate is null ? AspectChecks.NotTried : candidate.Reason ?? AspectChecks.Chosen;

    private static Claim Holds(string what, string wanted, Func<Finding, IReadOnlyCollection<string>> actual) =>
        new(what, finding => actual(finding) is var all && all.Contains(wanted) ? null : new Difference(what, $"with {wanted}", List(all)));

    private static IEnumerable<string> Violations(Decision decision) => (decision.After ?? decision.Before)?.Violations.Select(violation => violation.Check) ?? [];

    private static List<string> Texts(JsonElement names) => [.. names.EnumerateArray().Select(name => name.GetString()!)];

    private static string List(IEnumerable<string> items) => string.Join(", ", items) is { Length: > 0 } text ? text : None;
}
