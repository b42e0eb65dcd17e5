using System.Collections.Immutable;
using System.Text.Json;

namespace Coral.Policies.Variants;

/// <summary>What the nodes must have proved for a variant to work.</summary>
public enum Requirement
{
    /// <summary>Works on any node.</summary>
    Nothing,

    /// <summary>eBPF with exactly the capabilities of ebpf-minimal.</summary>
    Minimal,

    /// <summary>eBPF with exactly the capabilities of ebpf-full.</summary>
    Full,

    /// <summary>Something of eBPF in a fully privileged process.</summary>
    Privileged,
}

/// <summary>One sidecar variant of the catalogue (Policies/Variants/*.yaml). Immutable.</summary>
public sealed record Variant
{
    /// <summary><c>restricted</c>, <c>ebpf-minimal</c>, <c>ebpf-full</c> or <c>ebpf-privileged</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Larger means more privilege.</summary>
    public required int Rank { get; init; }

    /// <summary>One sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>What the floor must prove.</summary>
    public required Requirement Requires { get; init; }

    /// <summary>The Pod Security level that the source's table states; it selects only under <c>privileges: documented</c>.</summary>
    public required PodSecurity.Level NominalLevel { get; init; }

    /// <summary>Whether it may be chosen without being asked for.</summary>
    public required bool Automatic { get; init; }

    /// <summary>The capability that is added where memory for eBPF maps is limited by RLIMIT_MEMLOCK, or null.</summary>
    public string? MemlockCapability { get; init; }

    /// <summary>The container as Kubernetes reads it, without the members that the form and the pod decide.</summary>
    public required JsonElement Container { get; init; }

    /// <summary>The volumes that the container mounts: an array.</summary>
    public required JsonElement Volumes { get; init; }

    /// <summary>Stated only where the namespace's limits ask for it.</summary>
    public required (string Request, string Limit) EphemeralStorage { get; init; }

    /// <summary>Names of the features that it lacks (rows K-21 to K-33), in the catalogue's order.</summary>
    public required ImmutableArray<string> Lacks { get; init; }
}
