using System.Runtime.InteropServices;

namespace Coral.EndToEnd.Harness;

/// <summary>kill(2), because the platform can send no SIGTERM.</summary>
internal static partial class Signal
{
    // A process that has just ended by itself can't be signalled, which is as good.
    public static void Terminate(int process) => _ = Send(process, 15);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int process, int signal);
}
