using System.Runtime.InteropServices;

namespace Coral.Testing.Kit;

/// <summary>kill(2), because the platform can send no signal but SIGKILL. A process that has just ended can't be signalled, which is no error here.</summary>
public static partial class Signal
{
    /// <summary>SIGTERM: asks it to end.</summary>
    public static void Terminate(int process) => _ = Send(process, 15);

    /// <summary>SIGSTOP: it hangs, with its connections open, until <see cref="Continue"/>.</summary>
    public static void Pause(int process) => _ = Send(process, 19);

    /// <summary>SIGCONT.</summary>
    public static void Continue(int process) => _ = Send(process, 18);

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Send(int process, int signal);
}
