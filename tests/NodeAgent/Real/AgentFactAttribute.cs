using Coral.Testing.Kit;

namespace Coral.NodeAgent.Tests.Real;

/// <summary>What the tests of the published agent need beside the kit.</summary>
internal static class AgentTools
{
    private static readonly (string What, string[] Files)[] Needed =
    [
        ("clang", ["/usr/bin/clang"]),
        ("gcc", ["/usr/bin/cc"]),
        ("libbpf-dev", ["/usr/include/bpf/bpf.h"]),
        ("busybox-static", ["/bin/busybox", "/usr/bin/busybox"]),
        ("qemu-system-x86", ["/usr/bin/qemu-system-x86_64"]),
        ("cpio", ["/bin/cpio", "/usr/bin/cpio"]),
    ];

    /// <summary>Why they can't run here; null when they can, and in CI, where they fail instead.</summary>
    public static string? Missing { get; } = Kit.InCi ? null : Kit.Missing ?? Find();

    private static string? Find()
    {
        var absent = Needed.Where(tool => !Array.Exists(tool.Files, File.Exists)).Select(tool => tool.What).ToList();
        return absent.Count > 0 ? $"needs {string.Join(", ", absent)}" : Environment.UserName == "root" ? null : "needs root, to load eBPF programs";
    }
}

/// <summary>A test of the published agent: skipped with the reason where something is missing, failing there in CI.</summary>
public sealed class AgentFactAttribute : FactAttribute
{
    public AgentFactAttribute() => Skip = AgentTools.Missing;
}

/// <summary>The same for a theory.</summary>
public sealed class AgentTheoryAttribute : TheoryAttribute
{
    public AgentTheoryAttribute() => Skip = AgentTools.Missing;
}
