using System.Runtime.InteropServices;

namespace Coral.NodeAgent.SystemFacts;

/// <summary>The machine below the kernel.</summary>
internal static class Machine
{
    /// <summary>The architecture as <c>uname -m</c> writes it.</summary>
    internal static string Name => RuntimeInformation.OSArchitecture switch { Architecture.X64 => "x86_64", Architecture.Arm64 => "aarch64", var other => other.ToString().ToLowerInvariant() };

    /// <summary>Who made the virtual machine, <c>vm</c> when only the processor says that it is one, null on bare metal as far as can be seen.</summary>
    internal static string? Virtualisation(string root)
    {
        if (SystemFile.Text(root, "sys/hypervisor/type") is { } type) return type;
        var virtualised = SystemFile.Lines(root, "proc/cpuinfo").Any(line => line.StartsWith("flags", StringComparison.Ordinal) && line.Contains(" hypervisor", StringComparison.Ordinal));
        if (!virtualised) return null;
        var vendor = SystemFile.Text(root, "sys/class/dmi/id/sys_vendor");
        var product = SystemFile.Text(root, "sys/class/dmi/id/product_name");
        return vendor is null && product is null ? "vm" : string.Join(' ', new[] { vendor, product }.OfType<string>());
    }
}
