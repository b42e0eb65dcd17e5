using System.Globalization;
using System.Runtime.InteropServices;
using Coral.NodeAgent.Bpf;
using Coral.NodeAgent.Native;

namespace Coral.NodeAgent.SystemFacts;

/// <summary>Where the kernel's tracepoints have their numbers.</summary>
internal static unsafe class TraceFs
{
    private const string Usual = "/sys/kernel/tracing";

    private static readonly string[] Places = [Usual, "/sys/kernel/debug/tracing"];

    /// <summary>The folder <c>events</c>. Where tracefs is not mounted, it is mounted for the calling thread alone, which nobody else sees and which ends with it.</summary>
    /// <exception cref="BpfException">It is not mounted and must not be.</exception>
    internal static string Events()
    {
        if (Array.Find(Places, place => Directory.Exists($"{place}/events")) is { } found) return $"{found}/events";
        // Mounted and empty: so lockdown=confidentiality leaves it.
        if (SystemFile.Lines("/", "proc/self/mounts").Any(line => line.Split(' ') is [_, Usual, "tracefs", ..])) return $"{Usual}/events";
        Check(Libc.Unshare(Libc.CloneNewNs));
        Check(Libc.Mount("none", "/", null, Libc.MsRec | Libc.MsPrivate, null));
        Check(Libc.Mount("tracefs", Usual, "tracefs", 0, null));
        return $"{Usual}/events";
    }

    /// <summary>The number of a tracepoint, such as <c>raw_syscalls/sys_enter</c>; as <see cref="Events"/> for the calling thread.</summary>
    /// <exception cref="BpfException">It can't be read.</exception>
    internal static ulong NumberOf(string tracepoint)
    {
        var file = $"{Events()}/{tracepoint}/id";
        return SystemFile.Text("/", file) is { } text ? ulong.Parse(text, CultureInfo.InvariantCulture) : throw new BpfException("attach: " + file, Errno.ENOENT);
    }

    private static void Check(int result)
    {
        if (result != 0) throw new BpfException("attach: tracefs", Marshal.GetLastPInvokeError());
    }
}
