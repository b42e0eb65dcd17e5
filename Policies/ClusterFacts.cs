using System.Collections.Immutable;
using System.Text.Json;
using Coral.Policies.Fitness;
using Coral.Policies.Nodes;
using Coral.Policies.PodSecurity;
using Coral.Policies.Selection;

namespace Coral.Policies;

/// <summary>Where a Pod Security level comes from.</summary>
public enum LevelOrigin
{
    /// <summary>The namespace's label.</summary>
    Label,

    /// <summary>A policy's <c>defaultLevel</c>.</summary>
    Policy,

    /// <summary>The API server's configuration, as it was given to us.</summary>
    Configured,

    /// <summary>Learnt from the API server by a dry run.</summary>
    Probed,

    /// <summary>Nothing is enforced here, because the API server's configuration exempts the namespace, the user or the runtime class.</summary>
    Exempt,

    /// <summary>Nothing said so.</summary>
    Assumed,
}

/// <summary>An immutable snapshot of all that decisions depend on besides the request. Any number of decisions share one.</summary>
public sealed record ClusterFacts
{
    /// <summary>A cluster of which nothing is known.</summary>
    public static readonly ClusterFacts Empty = new();

    private readonly Lazy<PolicyIndex> policyIndex = new(() => new PolicyIndex([]));

    /// <summary>By name.</summary>
    public ImmutableDictionary<string, NamespaceFacts> Namespaces { get; init; } = ImmutableDictionary<string, NamespaceFacts>.Empty;

    /// <summary>The nodes and what they proved.</summary>
    public NodeIndex Nodes { get; init; } = NodeIndex.Empty;

    /// <summary>All policies, the winning one first (see <see cref="Order"/>).</summary>
    public ImmutableArray<InjectionPolicy> Policies
    {
        get;
        init
        {
            field = value;
            policyIndex = new(() => new PolicyIndex(value));
        }
    }

    = [];

    /// <summary>By namespace.</summary>
    public ImmutableDictionary<string, ImmutableArray<LimitRangeFacts>> LimitRanges { get; init; } = ImmutableDictionary<string, ImmutableArray<LimitRangeFacts>>.Empty;

    /// <summary>By namespace.</summary>
    public ImmutableDictionary<string, ImmutableArray<QuotaFacts>> Quotas { get; init; } = ImmutableDictionary<string, ImmutableArray<QuotaFacts>>.Empty;

    /// <summary>By name.</summary>
    public ImmutableDictionary<string, RuntimeClassFacts> RuntimeClasses { get; init; } = ImmutableDictionary<string, RuntimeClassFacts>.Empty;

    /// <summary>By namespace and name; only those that restrict their pods.</summary>
    public ImmutableDictionary<(string Namespace, string Name), ServiceAccountFacts> ServiceAccounts { get; init; } = ImmutableDictionary<(string, string), ServiceAccountFacts>.Empty;

    /// <summary>The API server's version; null where it is not known.</summary>
    public KubernetesVersion? ServerVersion { get; init; }

    /// <summary>What the API server's PodSecurity plug-in was configured with, as an operator gave it to us; null where nobody did.</summary>
    public PodSecurityDefaults? PodSecurity { get; init; }

    /// <summary>The defaults of that plug-in as dry runs showed them; null where nothing was learnt. <see cref="PodSecurity"/> goes before it.</summary>
    public PodSecurityDefaults? Probed { get; init; }

    /// <summary>The level of namespaces of which nothing says one: restricted in a cluster (do no harm), privileged in the CLI.</summary>
    public Level AssumedLevel { get; init; } = Level.Restricted;

    /// <summary><see cref="Policies"/>, ready to be asked; made once for a list of policies.</summary>
    internal PolicyIndex PolicyIndex => policyIndex.Value;

    /// <summary>Sorts policies so that the first that matches wins: larger priority first, then by name.</summary>
    public static ImmutableArray<InjectionPolicy> Order(IEnumerable<InjectionPolicy> policies) =>
        [.. policies.OrderByDescending(policy => policy.Priority).ThenBy(policy => policy.Name, StringComparer.Ordinal)];
}

/// <summary>What a decision reads of a Namespace.</summary>
public sealed record NamespaceFacts(string Name, ImmutableDictionary<string, string> Labels, ImmutableDictionary<string, string> Annotations)
{
    private LevelsUnder? levels;

    /// <summary>The Pod Security levels of the labels under these defaults; read once for the defaults that hold.</summary>
    public NamespaceLevels Levels(PodSecurityDefaults defaults)
    {
        if (levels is { } known && ReferenceEquals(known.Defaults, defaults)) return known.Levels;
        levels = new LevelsUnder(defaults, NamespaceLevels.Read(Labels, defaults));
        return levels.Levels;
    }

    /// <summary>Reads a Namespace object; members of a wrong kind count as absent.</summary>
    public static NamespaceFacts Read(JsonElement item)
    {
        var metadata = item.Get("metadata"u8);
        return new NamespaceFacts(metadata.Text("name"u8) ?? "", Texts(metadata.Members("labels"u8)), Texts(metadata.Members("annotations"u8)));
    }

    /// <summary>Whether another reading says the same.</summary>
    public bool Says(NamespaceFacts other) => Name == other.Name && Same(Labels, other.Labels) && Same(Annotations, other.Annotations);

    private static bool Same(ImmutableDictionary<string, string> left, ImmutableDictionary<string, string> right) =>
        left.Count == right.Count && left.All(pair => right.TryGetValue(pair.Key, out var value) && value == pair.Value);

    internal static ImmutableDictionary<string, string> Texts(JsonElement.ObjectEnumerator members)
    {
        var texts = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var member in members)
        {
            if (member.Value.AsText() is { } text) texts[member.Name] = text;
        }

        return texts.ToImmutable();
    }

    /// <summary>Together, so that a reader on another thread never sees the levels of other defaults.</summary>
    private sealed record LevelsUnder(PodSecurityDefaults Defaults, NamespaceLevels Levels);
}

/// <summary>A RuntimeClass: its handler, and where its pods may be scheduled.</summary>
public sealed record RuntimeClassFacts(string Name, string Handler, JsonElement NodeSelector, JsonElement Tolerations)
{
    /// <summary>Reads a RuntimeClass object.</summary>
    public static RuntimeClassFacts Read(JsonElement item)
    {
        var scheduling = item.Get("scheduling"u8);
        return new RuntimeClassFacts(
            item.Get("metadata"u8).Text("name"u8) ?? "", item.Text("handler"u8) ?? "", scheduling.Get("nodeSelector"u8), scheduling.Get("tolerations"u8));
    }
}
