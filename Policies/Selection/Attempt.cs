using Coral.Policies.Injection;
using Coral.Policies.Nodes;
using Coral.Policies.PodSecurity;
using Coral.Policies.Variants;

namespace Coral.Policies.Selection;

/// <summary>What came of trying one variant on a pod: it fits, or the first reason against it.</summary>
internal sealed record Attempt(Variant Variant, Sidecar? Sidecar, Verdict? After, string? Reason, string? Detail)
{
    /// <summary>The nodes that it was tried for, where the variant needs the pod to be kept on them; else null.</summary>
    internal PinTarget? Pin { get; init; }

    internal bool Fits => Reason is null;

    internal Candidate ToCandidate(bool chosen) => new(Variant.Name, chosen ? null : Reason ?? Reasons.NotNeeded, Detail);
}
