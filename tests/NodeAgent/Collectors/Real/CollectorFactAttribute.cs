using Coral.NodeAgent.Bpf;
using Coral.NodeAgent.Collectors.Groups;
using Coral.Testing.Kit;

namespace Coral.NodeAgent.Tests.Collectors.Real;

/// <summary>A test that loads eBPF programs into the kernel it runs on: skipped with the reason where that can't be, failing there in CI.</summary>
public sealed class CollectorFactAttribute : FactAttribute
{
    public CollectorFactAttribute() => Skip = CollectorTools.Missing;
}

/// <summary>The same for a test in several cases.</summary>
public sealed class CollectorTheoryAttribute : TheoryAttribute
{
    public CollectorTheoryAttribute() => Skip = CollectorTools.Missing;
}

internal static class CollectorTools
{
    /// <summary>The collection of these tests: all see the whole machine, so that one would fill the ring of another.</summary>
    internal const string OneByOne = Tests.Real.AgentTests.Name;

    /// <summary>Why they can't run here; null when they can, and in CI, where they fail instead.</summary>
    internal static string? Missing { get; } = Kit.InCi ? null : Find();

    private static string? Find()
    {
        if (Environment.UserName != "root") return "needs root, to load eBPF programs";
        if (BpfFiles.Find("exec/exec") is null) return "needs clang and libbpf-dev: the agent was built without its eBPF programs";
        if (!Hierarchy.All().Any(hierarchy => hierarchy.Number == 0)) return "needs a mounted cgroup2";
        return File.Exists("/usr/bin/strace") ? null : "needs strace";
    }
}
