using System.Globalization;
using System.Numerics;

namespace Coral.NodeAgent.Native;

/// <summary>Linux capabilities by name, without <c>CAP_</c>, as Kubernetes writes them. A set is a mask with one bit each (include/uapi/linux/capability.h).</summary>
internal static class Capability
{
    private static readonly string[] Names =
    [
        "CHOWN", "DAC_OVERRIDE", "DAC_READ_SEARCH", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP", "LINUX_IMMUTABLE", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_ADMIN",
        "NET_RAW", "IPC_LOCK", "IPC_OWNER", "SYS_MODULE", "SYS_RAWIO", "SYS_CHROOT", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE", "SYS_RESOURCE", "SYS_TIME",
        "SYS_TTY_CONFIG", "MKNOD", "LEASE", "AUDIT_WRITE", "AUDIT_CONTROL", "SETFCAP", "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM", "BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF",
        "CHECKPOINT_RESTORE",
    ];

    /// <summary>The names of a set in the kernel's order; a capability that is newer than this list by its number.</summary>
    internal static IEnumerable<string> NamesOf(ulong mask)
    {
        for (; mask != 0; mask &= mask - 1)
        {
            var number = BitOperations.TrailingZeroCount(mask);
            yield return number < Names.Length ? Names[number] : number.ToString(CultureInfo.InvariantCulture);
        }
    }

    /// <exception cref="ArgumentException">A name is unknown.</exception>
    internal static ulong MaskOf(IEnumerable<string> names)
    {
        var mask = 0UL;
        foreach (var name in names)
        {
            var number = Array.IndexOf(Names, name);
            mask |= number >= 0 ? 1UL << number : throw new ArgumentException($"{name} is no capability that this version knows", nameof(names));
        }

        return mask;
    }
}
