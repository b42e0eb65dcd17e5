namespace Coral.Policies.Selection;

/// <summary>Fact: how a request ends. Every request has exactly one.</summary>
internal sealed class Conclusion
{
    internal required Applicant Pod { get; init; }

    internal required Outcome Outcome { get; init; }

    /// <summary>One of <see cref="Reasons"/>; null for an injection, whose reason is that of the choice.</summary>
    internal string? Reason { get; init; }

    /// <summary>What was odd before there was a policy, for the pod's author.</summary>
    internal WarningList Warnings { get; private init; }

    /// <summary>Null where it ended before a policy was looked for.</summary>
    internal Terms? Terms { get; init; }

    /// <summary>Null where it ended before there was a choice.</summary>
    internal Trial? Trial { get; init; }

    /// <summary>What was chosen, be it carried out or held back by the rollout; null where nothing was.</summary>
    internal Standing? Choice { get; init; }

    internal static Conclusion Early(Against against) =>
        new() { Pod = against.Pod, Outcome = against.Outcome, Reason = against.Reason, Warnings = against.Warnings };

    internal static Conclusion At(Terms terms, string reason) => new() { Pod = terms.Pod, Warnings = terms.Pod.Warnings, Terms = terms, Outcome = Outcome.Skipped, Reason = reason };

    internal static Conclusion Of(Trial trial, string reason, Outcome outcome = Outcome.Skipped) =>
        new() { Pod = trial.Terms.Pod, Warnings = trial.Terms.Pod.Warnings, Terms = trial.Terms, Trial = trial, Outcome = outcome, Reason = reason };

    internal static Conclusion With(Standing standing, Outcome outcome, string? reason) =>
        new() { Pod = standing.Trial.Terms.Pod, Warnings = standing.Trial.Terms.Pod.Warnings, Terms = standing.Trial.Terms, Trial = standing.Trial, Choice = standing, Outcome = outcome, Reason = reason };
}
