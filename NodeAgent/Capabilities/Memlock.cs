using Coral.NodeAgent.Native;

namespace Coral.NodeAgent.Capabilities;

/// <summary>Whether eBPF memory is charged to RLIMIT_MEMLOCK: tried by making a map with a limit of nothing.</summary>
internal static unsafe class Memlock
{
    private const int BpfMapCreate = 0;
    private const uint Array = 2;
    private const int RlimitMemlock = 8;

    /// <summary><c>needed</c>, <c>not-needed</c>, or <c>unknown</c> when this process may make no map at all. The limit is as before afterwards.</summary>
    internal static string Try()
    {
        if (!CanMakeMap()) return "unknown";
        ulong* limits = stackalloc ulong[2];
        if (Libc.GetLimit(RlimitMemlock, limits) != 0) return "unknown";
        var lowered = stackalloc ulong[2] { 0, limits[1] };
        if (Libc.SetLimit(RlimitMemlock, lowered) != 0) return "unknown";
        var made = CanMakeMap();
        _ = Libc.SetLimit(RlimitMemlock, limits);
        return made ? "not-needed" : "needed";
    }

    private static bool CanMakeMap()
    {
        // type, key size, value size, entries
        var attributes = stackalloc uint[4] { Array, 4, 4096, 4 };
        var map = Libc.Syscall(Libc.SysBpf, BpfMapCreate, (nint)attributes, 4 * sizeof(uint), 0, 0);
        if (map < 0) return false;
        _ = Libc.Close((int)map);
        return true;
    }
}
