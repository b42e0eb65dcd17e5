using Coral.Policies.Injection;
using Coral.Policies.PodSecurity;
using Coral.Policies.Variants;

namespace Coral.Policies.Selection;

/// <summary>What came of trying one variant on a pod: it fits, or the first reason against it.</summary>
internal sealed record Attempt(Variant Variant, Sidecar? Sidecar, Verdict? After, string? Reason, string? Detail)
{
    internal bool Fits => Reason is null;

    internal Candidate ToCandidate(bool chosen) => new(Variant.Name, chosen ? null : Reason ?? Reasons.NotNeeded, Detail);
}
