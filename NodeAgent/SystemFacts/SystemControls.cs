using System.Collections.Immutable;

namespace Coral.NodeAgent.SystemFacts;

/// <summary>The sysctls that decide about eBPF.</summary>
internal static class SystemControls
{
    private static readonly string[] Names =
    [
        "kernel.unprivileged_bpf_disabled", "kernel.perf_event_paranoid", "kernel.kptr_restrict", "kernel.yama.ptrace_scope", "kernel.kexec_load_disabled", "kernel.bpf_stats_enabled",
        "net.core.bpf_jit_enable", "net.core.bpf_jit_harden", "net.core.bpf_jit_limit",
    ];

    /// <summary>Those that can be read; some only by root.</summary>
    internal static ImmutableArray<(string Name, string Value)> Read(string root) =>
        [.. from name in Names
            let value = SystemFile.Text(root, "proc/sys/" + name.Replace('.', '/'))
            where value is not null
            select (name, value)];
}
