using System.Collections.Immutable;
using Coral.Policies;
using Coral.Policies.Nodes;
using Coral.Policies.Variants;

namespace Coral.NodeAgent.Following;

/// <summary>Which variant a sidecar is by what it was given, and what of that its node does not prove. Pure.</summary>
internal static class VariantCheck
{
    /// <summary>
    /// The variant whose container adds just these capabilities, with or without the one for RLIMIT_MEMLOCK. Null when there is none: then the container is not ours, whatever its name.
    /// </summary>
    internal static Variant? VariantOf(InjectedPod pod) => VariantCatalogue.Shipped.Variants.FirstOrDefault(variant => Is(variant, pod));

    /// <summary>
    /// The facts that the variant needs and that the report does not prove with exactly its capabilities; <c>ebpf</c> where a privileged one has no eBPF at all, and <c>memlock</c> where the
    /// memory for maps may be limited and the sidecar has nothing against that. Empty when the node holds it up.
    /// </summary>
    internal static ImmutableArray<string> Lacks(NodeReport report, Variant variant, InjectedPod pod)
    {
        var facts = variant.Requires switch
        {
            Requirement.Minimal => report.Required.Where(fact => fact.Minimal != FactState.Ok).Select(fact => fact.Name),
            Requirement.Full => report.Required.Where(fact => fact.Full != FactState.Ok).Select(fact => fact.Name),
            Requirement.Privileged => report.ProvesSomething ? [] : ["ebpf"],
            _ => [],
        };
        var limited = variant.MemlockCapability is { } capability && report.Memlock != MemlockState.NotNeeded && !pod.Capabilities.Contains(capability);
        return [.. facts, .. limited ? ["memlock"] : (string[])[]];
    }

    private static bool Is(Variant variant, InjectedPod pod)
    {
        var context = variant.Container.Get("securityContext"u8);
        if (context.IsTrue("privileged"u8) || pod.Privileged) return context.IsTrue("privileged"u8) && pod.Privileged;
        var given = variant.MemlockCapability is { } memlock ? pod.Capabilities.Remove(memlock) : pod.Capabilities;
        return given.SetEquals(context.Get("capabilities"u8).Items("add"u8).Select(item => item.GetString()!));
    }
}
