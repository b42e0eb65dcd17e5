using System.Collections.Immutable;
using Coral.Policies.Nodes;

namespace Coral.NodeAgent.Capabilities;

/// <summary>How a collector would run on this node.</summary>
/// <param name="Name">Its name, as everywhere (design §6).</param>
/// <param name="Tier"><c>T0</c> typed tracepoints and iterators, <c>T1</c> trampolines, <c>T2</c> kernel probes, <c>none</c>.</param>
/// <param name="Reasons">What is missing for the tiers that come before, or for details.</param>
internal sealed record CollectorTier(string Name, string Tier, ImmutableArray<string> Reasons);

/// <summary>Chooses the tier of each collector by the facts that the agent's own process proved. Pure.</summary>
internal static class CollectorTiers
{
    private static readonly string[] Transport = ["btf", "ringbuf"];

    private static readonly (string Name, (string Tier, string[] Needs)[] Tiers, string[] Better)[] Collectors =
    [
        ("exec", [("T0", ["tp_btf", "tp_btf:sched_process_exec", "tp_btf:sched_process_fork", "tp_btf:sched_process_exit", "percpu_hash", "lru_hash", "probe_read_user"])], []),
        ("connect", [("T0", ["tp_btf", "tp_btf:inet_sock_set_state", "sk_storage"])], []),
        ("tcp_metrics", [("T0", ["tp_btf:inet_sock_set_state", "iter:tcp", "sk_storage", "percpu_hash"])], []),
        ("syscall_stats", [("T0", ["tp_btf", "tp_btf:sys_exit", "percpu_hash", "task_storage"])], []),
        ("http_latency", [("T0", ["tp_btf", "tp_btf:sys_exit", "tp_btf:inet_sock_set_state", "probe_read_user", "lru_hash", "percpu_hash", "task_storage", "loop"])], []),
        ("cpu_profile", [("T0", ["perf_event:sw", "stack_trace"])], ["perf_event:hw"]),
        ("files", [("T0", ["tp_btf", "tp_btf:sys_exit", "lru_hash"]), ("T1", ["fentry", "d_path:fentry"]), ("T2", ["kprobe"])], ["d_path:fentry", "iter:task_file"]),
    ];

    internal static ImmutableArray<CollectorTier> Choose(IReadOnlyList<FactOutcome> facts)
    {
        var states = facts.ToDictionary(fact => fact.Name, fact => fact.AsIs.State, StringComparer.Ordinal);
        return [.. Collectors.Select(collector => Choose(collector.Name, collector.Tiers, collector.Better, states))];
    }

    private static CollectorTier Choose(string name, (string Tier, string[] Needs)[] tiers, string[] better, Dictionary<string, FactState> states)
    {
        var reasons = ImmutableArray.CreateBuilder<string>();
        foreach (var (tier, needs) in tiers)
        {
            var missing = Missing([.. Transport, .. needs], states);
            if (missing.Length > 0)
            {
                reasons.Add($"{tier} lacks {missing}");
                continue;
            }

            var details = Missing(better, states);
            if (details.Length > 0) reasons.Add($"without {details}");
            return new CollectorTier(name, tier, reasons.ToImmutable());
        }

        return new CollectorTier(name, "none", reasons.ToImmutable());
    }

    private static string Missing(IEnumerable<string> needs, Dictionary<string, FactState> states) =>
        string.Join(", ", from need in needs
                          let state = states.GetValueOrDefault(need)
                          where state != FactState.Ok
                          select $"{need} ({Trial.NameOf(state)})");
}
