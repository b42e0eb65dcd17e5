using System.Collections.Immutable;
using System.Text.Json;

namespace Coral.Policies.Nodes;

/// <summary>How the trial of one fact ended.</summary>
public enum FactState
{
    /// <summary>Not said, or not understood. Proves nothing.</summary>
    Unknown,

    /// <summary>Loaded, attached and detached.</summary>
    Ok,

    /// <summary>This kernel lacks it.</summary>
    Absent,

    /// <summary>The kernel has it and refused it.</summary>
    Denied,

    /// <summary>The trial failed otherwise.</summary>
    Error,
}

/// <summary>
/// One fact of a report (<c>facts.NAME</c>): its state as the agent's process is, with exactly ebpf-minimal's capabilities, and with exactly ebpf-full's.
/// </summary>
public readonly record struct NodeFact(string Name, FactState State, FactState Minimal, FactState Full)
{
    /// <summary>The facts that ebpf-minimal and ebpf-full need, all of them (design §5).</summary>
    public static ImmutableArray<string> RequiredNames { get; } = ["ringbuf", "btf", "raw_tp", "tp_btf", "iter:task", "iter:tcp"];

    /// <summary>All the bits of <see cref="RequiredBit"/>.</summary>
    internal const int AllRequired = 0b111111;

    /// <summary>One bit for each fact that ebpf-minimal and ebpf-full need (design §5), 0 for any other.</summary>
    internal int RequiredBit => RequiredNames.IndexOf(Name, StringComparer.Ordinal) is >= 0 and var bit ? 1 << bit : 0;

    /// <summary>
    /// Whether the fact is a program kind that can move the floor. Maps and BTF are no programs;
    /// perf_event and cgroup kinds only decide which collectors there are (design §5).
    /// </summary>
    internal bool IsProgram => Name.StartsWith("iter:", StringComparison.Ordinal) || Name is
        "raw_tp" or "tp_btf" or "fentry" or "fexit" or "fmod_ret" or "lsm" or "kprobe" or "kprobe_multi" or "uprobe" or "uretprobe"
        or "uprobe_multi" or "tracepoint" or "tcx" or "sk_lookup" or "sleepable";

    internal static NodeFact Read(string name, JsonElement fact) =>
        new(name, StateOf(fact), StateOf(fact.Get("minimal"u8)), StateOf(fact.Get("full"u8)));

    private static FactState StateOf(JsonElement trial) => trial.Text("state"u8) switch
    {
        "ok" => FactState.Ok,
        "absent" => FactState.Absent,
        "denied" => FactState.Denied,
        "error" => FactState.Error,
        _ => FactState.Unknown,
    };
}
