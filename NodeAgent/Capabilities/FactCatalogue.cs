using System.Collections.Immutable;
using Coral.NodeAgent.Bpf;

namespace Coral.NodeAgent.Capabilities;

/// <summary>The facts that are tried, in the order of the report.</summary>
internal static class FactCatalogue
{
    /// <summary>The tracepoints that collectors sit on, beside sys_enter.</summary>
    private static readonly string[] Tracepoints =
    [
        "sys_exit", "sched_process_exec", "sched_process_fork", "sched_process_exit", "inet_sock_set_state", "tcp_retransmit_skb", "tcp_send_reset", "tcp_receive_reset",
        "cgroup_mkdir", "cgroup_rmdir", "cgroup_attach_task",
    ];

    internal static ImmutableArray<ProbedFact> All { get; } =
    [
        // What ebpf-minimal and ebpf-full stand on (Policies/Nodes/NodeFact.cs).
        OnSocket("ringbuf"),
        OnSocket("btf"),
        new("raw_tp", "raw_tp", Attachments.BySection(Triggers.SystemCall)),
        OnSystemCalls("tp_btf"),
        new("iter:task", "iter_task", Attachments.Iterator),
        new("iter:tcp", "iter_tcp", Attachments.Iterator),

        new("iter:task_file", "iter_task_file", Attachments.Iterator),
        new("iter:udp", "iter_udp", Attachments.Iterator),
        new("sleepable", "sleepable", Attachments.Iterator),
        new("fentry", "fentry", Attachments.BySection(Triggers.OpenFile)),
        new("fexit", "fexit", Attachments.BySection(Triggers.OpenFile)),
        new("fmod_ret", "fmod_ret", Attachments.BySection(Triggers.OpenFile)),
        new("lsm", "lsm", Attachments.BySection(Triggers.OpenFile)),
        new("kprobe", "kprobe", program => Attachments.KernelFunction(program, atReturn: false)),
        new("kretprobe", "kretprobe", program => Attachments.KernelFunction(program, atReturn: true)),
        new("kprobe_multi", "kprobe_multi", Attachments.KernelFunctions) { AttachType = Attachments.KprobeMulti },
        new("uprobe", "uprobe", program => Attachments.ProgramFunction(program, atReturn: false)),
        new("uretprobe", "uretprobe", program => Attachments.ProgramFunction(program, atReturn: true)),
        new("uprobe_multi", "uprobe_multi", Attachments.ProgramFunctions) { AttachType = Attachments.UprobeMulti },
        new("tracepoint", "tracepoint", Attachments.Tracepoint),
        new("perf_event:sw", "perf_event", Attachments.Clock),
        new("perf_event:hw", "perf_event", Attachments.Cycles) { MustFire = false },
        OnNetwork("sock_ops", Attachments.Cgroup),
        OnNetwork("connect4", Attachments.Cgroup),
        OnNetwork("cgroup_skb", Attachments.Cgroup),
        OnNetwork("tcx", Attachments.Device) with { AttachType = Attachments.TcxIngress },
        OnNetwork("sk_lookup", Attachments.NetworkNamespace),

        OnSocket("ringbuf_array"),
        OnSocket("lru_hash"),
        OnSocket("percpu_hash"),
        OnSocket("batch_ops") with { Attach = Attachments.Batch },
        OnSystemCalls("stack_trace"),
        OnSystemCalls("task_storage"),
        OnNetwork("sk_storage", Attachments.BySection(Triggers.Traffic)),
        new("cgrp_storage", "cgrp_storage", Attachments.BySection(_ => { })) { MustFire = false },
        new("d_path:iter", "d_path_iter", Attachments.Iterator),
        new("d_path:fentry", "d_path_fentry", Attachments.BySection(Triggers.OpenFile)),
        OnSocket("ktime_boot"),
        OnSystemCalls("loop"),
        new("get_func_ret", "get_func_ret", Attachments.BySection(Triggers.OpenFile)),
        OnSystemCalls("current_cgroup_id"),
        OnSystemCalls("ancestor_cgroup_id"),
        OnSystemCalls("probe_read_kernel"),
        OnSystemCalls("probe_read_user"),

        .. Tracepoints.Select(name => new ProbedFact($"tp_btf:{name}", "targets", Attachments.BySection(Triggers.SystemCall)) { Program = $"on_{name}", MustFire = false }),
    ];

    internal static ProbedFact? Find(string name) => All.FirstOrDefault(fact => fact.Name == name);

    private static ProbedFact OnSystemCalls(string name) => new(name, name, Attachments.BySection(Triggers.SystemCall)) { Stays = false };

    private static ProbedFact OnSocket(string name) => new(name, name, Attachments.OwnSocket);

    /// <summary>Where there is no loopback nothing sets it off; that it is attached must do.</summary>
    private static ProbedFact OnNetwork(string name, Func<BpfObject, Attached> attach) => new(name, name, attach) { MustFire = false };
}
