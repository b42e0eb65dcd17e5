using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Coral.Policies.PodSecurity;
using Coral.Policies.Variants;

namespace Coral.Policies.Injection;

/// <summary>What decides the bytes of a sidecar, besides the catalogue.</summary>
/// <param name="Variant">The variant.</param>
/// <param name="Form">Native sidecars carry <c>restartPolicy: Always</c>.</param>
/// <param name="Memlock">Whether the variant's memlock capability is added.</param>
/// <param name="Guaranteed">Whether requests equal limits, so that a Guaranteed pod stays Guaranteed.</param>
/// <param name="EphemeralStorage">Whether local storage is stated.</param>
/// <param name="User">The user id that a variant without root takes instead of its own, or null.</param>
/// <param name="Override">What the policy changes, or null.</param>
internal readonly record struct SidecarShape(
    Variant Variant, Form Form, bool Memlock, bool Guaranteed, bool EphemeralStorage, int? User, Selection.VariantOverride? Override);

/// <summary>One finished sidecar: the container and volumes as JSON, ready to be patched in, tried and compared. Immutable and shared by decisions.</summary>
internal sealed class Sidecar
{
    private readonly ConcurrentDictionary<(Level, PolicyVersion), Verdict> verdicts = new();

    internal required SidecarShape Shape { get; init; }

    /// <summary>The container.</summary>
    internal required JsonElement Container { get; init; }

    /// <summary>An array of volumes.</summary>
    internal required JsonElement Volumes { get; init; }

    /// <summary>Names of <see cref="Volumes"/>.</summary>
    internal required ImmutableArray<string> VolumeNames { get; init; }

    /// <summary>TCP ports that it listens on.</summary>
    internal required ImmutableArray<int> Ports { get; init; }

    /// <summary>Names of pull secrets to append to the pod's.</summary>
    internal required ImmutableArray<string> PullSecrets { get; init; }

    /// <summary>Names of Secrets that its environment refers to, optional ones too.</summary>
    internal required ImmutableArray<string> Secrets { get; init; }

    /// <summary>Requests by resource name.</summary>
    internal required ImmutableArray<(string Resource, Quantity Amount)> Requests { get; init; }

    /// <summary>Limits by resource name.</summary>
    internal required ImmutableArray<(string Resource, Quantity Amount)> Limits { get; init; }

    /// <summary>Twelve hex digits of the SHA-256 of container and volumes.</summary>
    internal required string Template { get; init; }

    internal ContainerKind Kind => Shape.Form == Form.Native ? ContainerKind.Init : ContainerKind.Regular;

    /// <summary>What the container violates by itself, whatever pod it joins: no pod can mend that.</summary>
    internal Verdict Alone(Level level, PolicyVersion version) =>
        verdicts.TryGetValue((level, version), out var verdict)
            ? verdict
            : verdicts.GetOrAdd((level, version), PodSecurityEvaluator.Evaluate(new PodView(Harmless).With(Container, Kind, Volumes), level, version));

    /// <summary>A pod whose own members satisfy every check, so that only the container speaks.</summary>
    private static readonly JsonElement Harmless = JsonDocument.Parse(
        """{"spec":{"securityContext":{"runAsNonRoot":true,"seccompProfile":{"type":"RuntimeDefault"}}}}""").RootElement;
}
