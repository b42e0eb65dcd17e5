using System.Collections.Immutable;

namespace Coral.NodeAgent.Following;

/// <summary>A pod whose sidecar is of a variant that its node does not hold up.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="Variant">The variant's name.</param>
/// <param name="Lacks">What is not proved; empty when a later report proves it (<see cref="Resolved"/>).</param>
/// <param name="ReportHash">Which report says so.</param>
internal sealed record Mismatch(InjectedPod Pod, string Variant, ImmutableArray<string> Lacks, string ReportHash)
{
    internal bool Resolved => Lacks.IsEmpty;

    /// <summary>One line for a log.</summary>
    public override string ToString() =>
        $"{(Resolved ? "variant-match" : "variant-mismatch")}: pod {Pod.Namespace}/{Pod.Name} runs {Variant}, and this node {(Resolved ? "proves it now" : $"does not prove {string.Join(", ", Lacks)}")}";
}
