using System.Collections.Immutable;
using Coral.Policies.PodSecurity;
using Coral.Policies.Selection;

namespace Coral.Policies.Bundles;

/// <summary>What a folder or file of policies and facts holds, read and checked. Each list is in the order of the files and of the documents in them. Immutable and thread safe.</summary>
public sealed record Bundle
{
    /// <summary>Nothing.</summary>
    public static readonly Bundle Empty = new();

    /// <summary><c>InjectionPolicy</c>; names are unique.</summary>
    public ImmutableArray<InjectionPolicy> Policies { get; init; } = [];

    /// <summary><c>NodeCapability</c>; at most one a node.</summary>
    public ImmutableArray<ManifestDocument> NodeCapabilities { get; init; } = [];

    /// <summary><c>Namespace</c>; names are unique, as in the lists below.</summary>
    public ImmutableArray<ManifestDocument> Namespaces { get; init; } = [];

    /// <summary><c>Node</c>.</summary>
    public ImmutableArray<ManifestDocument> Nodes { get; init; } = [];

    /// <summary><c>LimitRange</c>; unique within their namespace.</summary>
    public ImmutableArray<ManifestDocument> LimitRanges { get; init; } = [];

    /// <summary><c>ResourceQuota</c>; unique within their namespace.</summary>
    public ImmutableArray<ManifestDocument> ResourceQuotas { get; init; } = [];

    /// <summary><c>RuntimeClass</c>.</summary>
    public ImmutableArray<ManifestDocument> RuntimeClasses { get; init; } = [];

    /// <summary><c>ServiceAccount</c>; unique within their namespace.</summary>
    public ImmutableArray<ManifestDocument> ServiceAccounts { get; init; } = [];

    /// <summary>What the API server's PodSecurity plug-in was configured with; null where no such document stands in the bundle.</summary>
    public PodSecurityDefaults? PodSecurity { get; init; }

    /// <summary>Objects of every other kind, unchecked.</summary>
    public ImmutableArray<ManifestDocument> Others { get; init; } = [];
}

/// <summary>What a bundle may hold.</summary>
public enum OtherKinds
{
    /// <summary>Objects of other kinds go to <see cref="Bundle.Others"/>.</summary>
    Keep,

    /// <summary>An object of another kind is a mistake.</summary>
    Refuse,
}
