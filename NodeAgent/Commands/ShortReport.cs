using System.Text;
using Coral.NodeAgent.SystemFacts;

namespace Coral.NodeAgent.Commands;

/// <summary>The four answers of row K-104, for images that have no shell: kernel, BTF, BPF file system, capabilities. No trial is made.</summary>
internal static class ShortReport
{
    internal static string Text(SystemReport system)
    {
        var text = new StringBuilder();
        text.Append("Kernel: ").Append(system.Release ?? "unknown").Append('\n');
        text.Append("BTF: ").Append(system.BtfSize is null ? "no" : "yes").Append('\n');
        text.Append("BPF FS: ").Append(system.BpfFs ? "yes" : "no").Append('\n');
        text.Append("Capabilities: ").AppendJoin(", ", system.CapabilityLines.Select(line => line.Replace("\t", " ", StringComparison.Ordinal))).Append('\n');
        return text.ToString();
    }
}
