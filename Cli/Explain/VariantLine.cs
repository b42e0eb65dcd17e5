using Coral.Policies;
using Coral.Policies.Variants;

namespace Coral.Cli.Explain;

/// <summary>What became of one variant, whether it was tried or not.</summary>
/// <param name="Variant">Its name.</param>
/// <param name="Result"><c>chosen</c>, <c>fell</c>, <c>not-needed</c>, <c>never-automatic</c> or <c>not-tried</c>.</param>
/// <param name="Reason">The reason code why it fell, or null.</param>
/// <param name="Detail">What stood against it, such as the nodes or the check, or null.</param>
/// <param name="Why">A sentence.</param>
internal sealed record VariantLine(string Variant, string Result, string? Reason, string? Detail, string Why)
{
    /// <summary>All variants of the catalogue, in the order in which `auto` tries them.</summary>
    internal static IEnumerable<VariantLine> All(Decision decision) => VariantCatalogue.Shipped.Variants.Select(variant => Of(variant, decision));

    private static VariantLine Of(Variant variant, Decision decision)
    {
        var tried = decision.Candidates.FirstOrDefault(candidate => candidate.Variant == variant.Name);
        return tried switch
        {
            { Chosen: true } when decision.Variant == variant.Name => new(variant.Name, "chosen", null, null, variant.Summary.TrimEnd('.')),
            { Reason: Reasons.NotNeeded } => new(variant.Name, "not-needed", null, null, decision.Variant is null ? $"it fits, but {Reasons.All[decision.Reason]}" : $"it fits, but {decision.Variant} was chosen"),
            { Reason: { } reason } => new(variant.Name, "fell", reason, tried.Detail, tried.Detail is null ? Sentence(reason) : $"{Sentence(reason)} ({tried.Detail})"),
            _ when !variant.Automatic => new(variant.Name, "never-automatic", null, null, $"only if {Vocabulary.Mode} asks for it and a policy grants it"),
            _ when decision.Variant is not null => new(variant.Name, "not-needed", null, null, $"{decision.Variant} was chosen before"),
            _ => new(variant.Name, "not-tried", null, null, $"it ended before: {decision.Reason}"),
        };
    }

    private static string Sentence(string reason) => reason switch
    {
        // "In a fully privileged process only" is a reason for what was chosen; of one that fell it says too little.
        Reasons.ProvedFull => "eBPF was proved with the capabilities of ebpf-full only",
        _ => Reasons.All.GetValueOrDefault(reason, reason),
    };
}
