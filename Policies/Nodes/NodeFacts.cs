using System.Collections.Immutable;
using System.Text.Json;

namespace Coral.Policies.Nodes;

/// <summary>
/// What a Node object says about itself, as far as it decides where a pod may land. Immutable and thread safe.
/// Two of them are equal when all of it is equal: a heartbeat makes no new facts, so it needs no new <see cref="NodeIndex"/>.
/// </summary>
public sealed record NodeFacts
{
    /// <summary><c>metadata.name</c>.</summary>
    public required string Name { get; init; }

    /// <summary><c>metadata.labels</c>.</summary>
    public ImmutableDictionary<string, string> Labels { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary><c>spec.taints</c>, those of an unknown effect left out.</summary>
    public ImmutableArray<Taint> Taints { get; init; } = [];

    /// <summary><c>spec.unschedulable</c>: the node is cordoned.</summary>
    public bool Unschedulable { get; init; }

    /// <summary><c>status.nodeInfo.kubeletVersion</c> as it stands, for instance <c>v1.34.2-eks-b3126f4</c>.</summary>
    public string? KubeletVersion { get; init; }

    /// <summary><c>status.nodeInfo.containerRuntimeVersion</c>, for instance <c>containerd://2.4.2</c>.</summary>
    public string? ContainerRuntimeVersion { get; init; }

    /// <summary><c>status.nodeInfo.operatingSystem</c>, or else the label <c>kubernetes.io/os</c>.</summary>
    public string? OperatingSystem { get; init; }

    /// <summary><c>status.nodeInfo.architecture</c>, or else the label <c>kubernetes.io/arch</c>.</summary>
    public string? Architecture { get; init; }

    /// <summary><c>status.nodeInfo.bootID</c>: a report of another boot says nothing about this one.</summary>
    public string? BootId { get; init; }

    /// <summary>A virtual or serverless node: no node agent can run there, so it proves nothing.</summary>
    public bool IsServerless { get; init; }

    /// <summary>The kubelet's version, or null when it can't be read.</summary>
    public KubernetesVersion? Kubelet => Policies.KubernetesVersion.TryParse(KubeletVersion, out var version) ? version : null;

    internal bool IsWindows => string.Equals(OperatingSystem, "windows", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a raw Node object. Null when it has no name; every other part that is malformed counts as absent.</summary>
    public static NodeFacts? Read(JsonElement node)
    {
        var metadata = node.Get("metadata"u8);
        if (metadata.Text("name"u8) is not { Length: > 0 } name) return null;
        var spec = node.Get("spec"u8);
        var info = node.Get("status"u8).Get("nodeInfo"u8);
        var labels = ReadLabels(metadata);
        var taints = ReadTaints(spec);
        return new NodeFacts
        {
            Name = name,
            Labels = labels,
            Taints = taints,
            Unschedulable = spec.IsTrue("unschedulable"u8),
            KubeletVersion = info.Text("kubeletVersion"u8),
            ContainerRuntimeVersion = info.Text("containerRuntimeVersion"u8),
            OperatingSystem = NotEmpty(info.Text("operatingSystem"u8)) ?? labels.GetValueOrDefault("kubernetes.io/os"),
            Architecture = NotEmpty(info.Text("architecture"u8)) ?? labels.GetValueOrDefault("kubernetes.io/arch"),
            BootId = NotEmpty(info.Text("bootID"u8)),
            IsServerless = ServerlessNodes.Recognise(labels, taints),
        };
    }

    /// <inheritdoc/>
    public bool Equals(NodeFacts? other) =>
        other is not null && Name == other.Name && Unschedulable == other.Unschedulable && KubeletVersion == other.KubeletVersion
        && ContainerRuntimeVersion == other.ContainerRuntimeVersion && OperatingSystem == other.OperatingSystem
        && Architecture == other.Architecture && BootId == other.BootId && IsServerless == other.IsServerless
        && Taints.AsSpan().SequenceEqual(other.Taints.AsSpan())
        && Labels.Count == other.Labels.Count
        && Labels.All(label => other.Labels.TryGetValue(label.Key, out var value) && value == label.Value);

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    private static ImmutableDictionary<string, string> ReadLabels(JsonElement metadata)
    {
        var labels = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var label in metadata.Members("labels"u8))
        {
            if (label.Value.AsText() is { } value) labels[label.Name] = value;
        }

        return labels.ToImmutable();
    }

    private static ImmutableArray<Taint> ReadTaints(JsonElement spec)
    {
        var taints = ImmutableArray.CreateBuilder<Taint>();
        foreach (var taint in spec.Items("taints"u8))
        {
            TaintEffect? effect = taint.Text("effect"u8) switch
            {
                "NoSchedule" => TaintEffect.NoSchedule,
                "NoExecute" => TaintEffect.NoExecute,
                "PreferNoSchedule" => TaintEffect.PreferNoSchedule,
                _ => null,
            };
            if (effect is { } known) taints.Add(new Taint(taint.Text("key"u8) ?? "", taint.Text("value"u8) ?? "", known));
        }

        return taints.ToImmutable();
    }

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
