namespace Coral.NodeAgent.Bpf;

/// <summary>What the running kernel has, by its own types (BTF).</summary>
internal static class KernelTypes
{
    // include/uapi/linux/bpf.h: BPF_TRACE_RAW_TP.
    private const int RawTracepoint = 23;

    /// <summary>Whether there is a tracepoint to which typed programs (<c>tp_btf</c>) are attached.</summary>
    internal static bool HasTracepoint(string name) => LibBpf.FindVmlinuxBtfId(name, RawTracepoint) > 0;
}
