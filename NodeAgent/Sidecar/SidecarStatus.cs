using System.Collections.Immutable;
using Coral.NodeAgent.Capabilities;
using Coral.Policies.Nodes;
using Coral.Policies.Variants;

namespace Coral.NodeAgent.Sidecar;

/// <summary>A feature that this sidecar does not have.</summary>
/// <param name="Feature">Its name (Policies/Variants/features.yaml).</param>
/// <param name="Why">What it lacks.</param>
/// <param name="Instead">What serves in its place, or null.</param>
internal sealed record Degradation(string Feature, string Why, string? Instead);

/// <summary>What a sidecar is and what it can really do. Immutable.</summary>
internal sealed record SidecarStatus
{
    /// <summary>The feature that needs the facts and not only capabilities.</summary>
    internal const string Ebpf = "ebpf";

    internal required SidecarIdentity Identity { get; init; }

    /// <summary>The names of the capabilities in effect, in the kernel's order.</summary>
    internal required ImmutableArray<string> Capabilities { get; init; }

    internal required uint User { get; init; }

    /// <summary>How each fact's trial ended; null while they are made, empty where there is nothing to try them with.</summary>
    internal required IReadOnlyDictionary<string, Trial>? Trials { get; init; }

    /// <summary>Features that are not here, by the variant or because something is missing.</summary>
    internal ImmutableArray<Degradation> Degraded { get; private init; } = [];

    /// <summary>Where this container has less than its variant promises. Empty when all is as it should be.</summary>
    internal ImmutableArray<string> Problems { get; private init; } = [];

    /// <summary>Whether these capabilities allow eBPF programs to be loaded at all (capabilities(7), Linux 5.8; before that CAP_SYS_ADMIN alone).</summary>
    internal static bool CanTry(ImmutableArray<string> capabilities) => FeatureOf(Ebpf).IsIn(privileged: false, capabilities.ToHashSet(StringComparer.Ordinal));

    /// <summary>What is known before anything was tried.</summary>
    internal static SidecarStatus Begin(SidecarIdentity identity, IEnumerable<string> capabilities, uint user) =>
        new SidecarStatus { Identity = identity, Capabilities = [.. capabilities], User = user, Trials = null }.Judged();

    /// <summary>The same after the trials.</summary>
    internal SidecarStatus With(IReadOnlyDictionary<string, Trial> trials) => (this with { Trials = trials }).Judged();

    private SidecarStatus Judged()
    {
        var held = Capabilities.ToHashSet(StringComparer.Ordinal);
        var failed = Failed();
        return this with
        {
            Degraded = [.. VariantCatalogue.Shipped.Features.Select(feature => Degrade(feature, held, failed)).OfType<Degradation>()],
            Problems = [.. Missing(held), .. failed],
        };
    }

    private static Feature FeatureOf(string name) => VariantCatalogue.Shipped.Features.First(feature => feature.Name == name);

    private static Degradation? Degrade(Feature feature, HashSet<string> held, ImmutableArray<string> failed)
    {
        if (feature.IsIn(privileged: false, held)) return feature.Name == Ebpf && failed.Length > 0 ? new Degradation(feature.Name, string.Join("; ", failed), feature.Instead) : null;
        var sets = feature.Needs.Select(need => need.Socket ? "the container runtime's socket" : string.Join(" and ", need.Capabilities.Where(name => !held.Contains(name)).Select(name => "CAP_" + name)));
        return new Degradation(feature.Name, "lacks " + string.Join(", or ", sets), feature.Instead);
    }

    /// <summary>Facts that the variant needs and that its trials did not prove.</summary>
    private ImmutableArray<string> Failed()
    {
        if (Trials is null || Trials.Count == 0 || Identity.Variant is not { Requires: not Requirement.Nothing }) return [];
        return [.. NodeFact.RequiredNames.Where(name => Trials.GetValueOrDefault(name)?.State != FactState.Ok).Select(name => $"{name}: {Why(Trials.GetValueOrDefault(name))}")];
    }

    private IEnumerable<string> Missing(HashSet<string> held)
    {
        if (Identity.Variant is not { } variant)
        {
            yield return $"CORAL_VARIANT is \"{Identity.VariantName}\", which is no variant of this version";
            yield break;
        }

        var context = variant.Container.GetProperty("securityContext"u8);
        if (!context.TryGetProperty("capabilities"u8, out var capabilities) || !capabilities.TryGetProperty("add"u8, out var add)) yield break;
        var missing = add.EnumerateArray().Select(name => name.GetString()!).Where(name => !held.Contains(name)).ToList();
        // The usual reason: a process of another user than 0 has none of the added capabilities in effect.
        if (missing.Count > 0) yield return $"{variant.Name} is given {string.Join(", ", missing)}, which this process of user {User} does not have in effect";
    }

    private static string Why(Trial? trial) => trial is null ? "not tried" : trial.Errno == 0 ? $"{Trial.NameOf(trial.State)} ({trial.Method})" : $"{Trial.NameOf(trial.State)} {Native.Errno.NameOf(trial.Errno)} ({trial.Method})";
}
