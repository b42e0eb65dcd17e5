using System.Collections.Immutable;
using System.Text.Json;

namespace Coral.Policies.Nodes;

/// <summary>Whether eBPF memory is charged to RLIMIT_MEMLOCK, so that SYS_RESOURCE is needed to raise it (row C-16).</summary>
public enum MemlockState
{
    /// <summary>Not said, or not understood: counts as needed.</summary>
    Unknown,

    /// <summary>The kernel charges the memory cgroup instead (5.11 and later).</summary>
    NotNeeded,

    /// <summary>The limit stands in the way.</summary>
    Needed,
}

/// <summary>
/// One NodeCapability document (docs/reference/node-capability.md): what an agent proved on its node. A part that is malformed counts as not
/// said, which can only lower what the node proves. Immutable and thread safe.
/// </summary>
public sealed record NodeReport
{
    /// <summary>How long an agent lets its reports hold (design §4). In a cluster no report is believed longer before it expires.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    /// <summary>How far a node's clock may be ahead of ours.</summary>
    public static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    /// <summary><c>node</c>, or else <c>metadata.name</c>.</summary>
    public required string Node { get; init; }

    /// <summary><c>metadata.name</c>, or null in a bare file.</summary>
    public string? ObjectName { get; init; }

    /// <summary><c>metadata.uid</c>, or null: another one means that the object was deleted and made anew.</summary>
    public string? ObjectUid { get; init; }

    /// <summary><c>observedAt</c>, or null.</summary>
    public DateTimeOffset? ObservedAt { get; init; }

    /// <summary><c>expiresAt</c>; null when it is absent, the beginning of time when it can't be read, so that such a report is stale everywhere.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary><c>generation</c>, or 0.</summary>
    public long Generation { get; init; }

    /// <summary><c>bootId</c>; null when it is absent, empty when it is no text.</summary>
    public string? BootId { get; init; }

    /// <summary><c>system.release</c>: the kernel's release. It explains an answer and never makes one.</summary>
    public string? Release { get; init; }

    /// <summary><c>system.arch</c>.</summary>
    public string? Arch { get; init; }

    /// <summary><c>system.lockdown</c>.</summary>
    public string? Lockdown { get; init; }

    /// <summary><c>system.memlock</c>.</summary>
    public MemlockState Memlock { get; init; }

    /// <summary><c>system.runtime</c>.</summary>
    public string? Runtime { get; init; }

    /// <summary><c>system.runtimeSocket</c>: where the container runtime listens on the node.</summary>
    public string? RuntimeSocket { get; init; }

    /// <summary><c>system.kubelet</c>; used where no Node object says it.</summary>
    public KubernetesVersion? Kubelet { get; init; }

    /// <summary><c>facts</c>, in the document's order.</summary>
    public ImmutableArray<NodeFact> Facts { get; init; } = [];

    /// <summary>The facts that ebpf-minimal and ebpf-full need, in a fixed order; one that the report doesn't have is Unknown in every way.</summary>
    public IEnumerable<NodeFact> Required => NodeFact.RequiredNames.Select(name =>
        Facts.FirstOrDefault(fact => fact.Name == name, new NodeFact(name, FactState.Unknown, FactState.Unknown, FactState.Unknown)));

    /// <summary>Whether all required facts were proved with exactly ebpf-minimal's capabilities.</summary>
    public bool ProvesMinimal => ProvesRequired(static fact => fact.Minimal);

    /// <summary>Whether all required facts were proved with exactly ebpf-full's capabilities.</summary>
    public bool ProvesFull => ProvesRequired(static fact => fact.Full);

    /// <summary>Whether any eBPF program that counts was proved, be it only in a fully privileged process.</summary>
    public bool ProvesSomething => Facts.Any(static fact => fact is { State: FactState.Ok, IsProgram: true }) || ProvesMinimal || ProvesFull;

    /// <summary>Reads a raw NodeCapability. Null when it names no node.</summary>
    public static NodeReport? Read(JsonElement nodeCapability)
    {
        var objectName = NotEmpty(nodeCapability.Get("metadata"u8).Text("name"u8));
        if ((NotEmpty(nodeCapability.Text("node"u8)) ?? objectName) is not { } node) return null;
        var system = nodeCapability.Get("system"u8);
        return new NodeReport
        {
            Node = node,
            ObjectName = objectName,
            ObjectUid = nodeCapability.Get("metadata"u8).Text("uid"u8),
            ObservedAt = Rfc3339.Read(nodeCapability.Get("observedAt"u8)),
            ExpiresAt = nodeCapability.Has("expiresAt"u8) ? Rfc3339.Read(nodeCapability.Get("expiresAt"u8)) ?? DateTimeOffset.MinValue : null,
            Generation = nodeCapability.Get("generation"u8) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : 0,
            BootId = nodeCapability.Has("bootId"u8) ? nodeCapability.Text("bootId"u8) ?? "" : null,
            Release = system.Text("release"u8),
            Arch = system.Text("arch"u8),
            Lockdown = system.Text("lockdown"u8),
            Memlock = system.Text("memlock"u8) switch
            {
                "not-needed" => MemlockState.NotNeeded,
                "needed" => MemlockState.Needed,
                _ => MemlockState.Unknown,
            },
            Runtime = system.Text("runtime"u8),
            RuntimeSocket = NotEmpty(system.Text("runtimeSocket"u8)),
            Kubelet = KubernetesVersion.TryParse(system.Text("kubelet"u8), out var kubelet) ? kubelet : null,
            Facts = ReadFacts(nodeCapability),
        };
    }

    private bool ProvesRequired(Func<NodeFact, FactState> trial)
    {
        var proved = 0;
        foreach (var fact in Facts)
        {
            if (trial(fact) == FactState.Ok) proved |= fact.RequiredBit;
        }

        return proved == NodeFact.AllRequired;
    }

    // A name that stands twice keeps its last value, as in any JSON object that the API server has read.
    private static ImmutableArray<NodeFact> ReadFacts(JsonElement report)
    {
        var facts = new OrderedDictionary<string, NodeFact>(StringComparer.Ordinal);
        foreach (var fact in report.Members("facts"u8)) facts[fact.Name] = NodeFact.Read(fact.Name, fact.Value);
        return [.. facts.Values];
    }

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
