using System.Collections.Immutable;
using Coral.Cli.Testing.Reading;
using Coral.Policies;
using Coral.Policies.Bundles;

namespace Coral.Cli.Testing;

/// <summary>What no case reaches: reasons and rules of the engine, and policies of the tested folders and of the files that cases name.</summary>
internal sealed record Coverage(
    ImmutableArray<string> Reached, ImmutableArray<string> Unreached, ImmutableArray<string> Fired, ImmutableArray<string> Silent, ImmutableArray<PolicyPlace> Matched, ImmutableArray<PolicyPlace> Unmatched)
{
    /// <summary>Reasons of the webhook's process, which no decision has.</summary>
    private static readonly string[] OfTheProcess = [Reasons.FactsNotReady, Reasons.InternalError, Reasons.AuditUnavailable];

    internal static Coverage Of(IReadOnlyList<CaseResult> results, IReadOnlyList<string> paths)
    {
        var findings = results.SelectMany(result => result.Objects.Select(item => item.Finding)).ToList();
        var reasons = findings.SelectMany(finding => Codes(finding.Decision)).ToHashSet(StringComparer.Ordinal);
        var codes = Reasons.All.Keys.Except(OfTheProcess).Order(StringComparer.Ordinal).ToLookup(reasons.Contains);

        var fired = findings.SelectMany(finding => finding.Decision.Rules).ToHashSet(StringComparer.Ordinal);
        var rules = DecisionEngine.Rules.Select(rule => rule.Name).Order(StringComparer.Ordinal).ToLookup(fired.Contains);

        var matched = results.SelectMany(result => result.Objects.Select(item => item.Finding.Decision.Policy is { } name ? result.Case.World.Policies.GetValueOrDefault(name) : null)).OfType<PolicyPlace>().Select(Key).ToHashSet();
        var policies = results.SelectMany(result => result.Case.World.Policies.Values).Where(place => !BundleFiles.IsCaseFile(place.File)).Concat(paths.SelectMany(Below))
            .DistinctBy(Key).OrderBy(place => place.File, StringComparer.Ordinal).ThenBy(place => place.Line).ToLookup(place => matched.Contains(Key(place)));
        return new Coverage([.. codes[true]], [.. codes[false]], [.. rules[true]], [.. rules[false]], [.. policies[true]], [.. policies[false]]);
    }

    /// <summary>A reason counts too where it made a variant fall or holds the floor.</summary>
    private static IEnumerable<string> Codes(Decision decision) =>
        decision.Candidates.Select(candidate => candidate.Reason).Append(decision.Floor?.Reason).Append(decision.Reason).OfType<string>();

    /// <summary>The policies of a tested folder, whether or not a case names their files. What cannot be read there is not tested, so it is passed over.</summary>
    private static IEnumerable<PolicyPlace> Below(string path)
    {
        if (!Directory.Exists(path)) return [];
        var ignored = new List<BundleProblem>();
        var files = new SourceFiles(ignored);
        return files.ReadAll(path).Where(document => document is { ApiVersion: Vocabulary.ApiVersion, Kind: InjectionPolicyReader.Kind }).Select(document => new PolicyPlace(document.Name, document.File, document.Line));
    }

    private static (string File, int Line) Key(PolicyPlace place) => (Path.GetFullPath(place.File), place.Line);
}
