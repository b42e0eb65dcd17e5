using System.Text.Json;

namespace Coral.Policies.Selection;

/// <summary>Whether a pod's processes meet the node's kernel at all: else what the node proved says nothing about the pod (policy-and-pss.md §4.4).</summary>
internal static class RuntimeKernel
{
    /// <summary>The reason why the node's kernel facts do not reach the pod, or null.</summary>
    internal static string? Check(JsonElement spec, ClusterFacts facts)
    {
        if (spec.IsFalse("hostUsers"u8)) return Reasons.UserNamespace;
        if (spec.Text("runtimeClassName"u8) is not { Length: > 0 } name) return null;
        return facts.RuntimeClasses.TryGetValue(name, out var found) && SharesKernel(found.Handler) ? null : Reasons.SandboxedRuntime;
    }

    /// <summary>Handlers that start plain processes. Any other, gVisor and Kata among them, may bring a kernel of its own.</summary>
    private static bool SharesKernel(string handler) => handler is "runc" or "crun" or "youki" or "nvidia" or "nvidia-cdi" or "nvidia-legacy";
}
