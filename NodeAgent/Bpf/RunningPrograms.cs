using Coral.NodeAgent.Native;

namespace Coral.NodeAgent.Bpf;

/// <summary>Programs that run at this moment.</summary>
internal static class RunningPrograms
{
    private const int Global = 1;

    /// <summary>
    /// Waits until all that run now have ended, some milliseconds: what they wrote is there, and those that begin later see what was so before. Programs run within RCU's read side, and membarrier(2)
    /// waits for that (kernel/sched/membarrier.c).
    /// </summary>
    /// <returns>Whether the kernel did so; not with full dynticks or where the call is not allowed. A program takes microseconds, so that any moment will do in practice.</returns>
    internal static bool Await() => Libc.Syscall(Libc.SysMemBarrier, Global, 0, 0, 0, 0) == 0;
}
