using System.Runtime.InteropServices;
using System.Text;
using Coral.NodeAgent.Native;

namespace Coral.NodeAgent.Bpf;

/// <summary>What libbpf says. It has one log for the whole process; a trial is the only one that uses it.</summary>
internal static unsafe class BpfLog
{
    private const int Warning = 0;
    private const int MostBytes = 4096;

    private static string? first;

    /// <summary>Takes the log, which otherwise goes to standard error.</summary>
    internal static void Capture() => LibBpf.SetPrint(&Print);

    /// <summary>The first warning since the last call, or null.</summary>
    internal static string? TakeFirst()
    {
        var line = first;
        first = null;
        return line;
    }

    // A va_list is passed as a pointer on x86-64 and arm64, so it can be handed on as one.
    [UnmanagedCallersOnly]
    private static int Print(int level, byte* format, nint arguments)
    {
        if (level != Warning || first is not null) return 0;
        var buffer = stackalloc byte[MostBytes];
        var size = Libc.FormatList(buffer, MostBytes, format, arguments);
        if (size > 0) first = Encoding.UTF8.GetString(buffer, Math.Min(size, MostBytes - 1)).Trim();
        return size;
    }
}
