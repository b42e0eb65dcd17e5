using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Coral.NodeAgent.Native;

/// <summary>
/// Starts something with fewer capabilities than this process has. On Linux they belong to a thread, and a child has those of the thread that started it: so a thread gives
/// up the rest and starts the child, and no other part of this process changes. The child is root with a small bounding set, as a container is.
/// </summary>
internal static unsafe class Confinement
{
    private const int PrCapBsetRead = 23;
    private const int PrCapBsetDrop = 24;
    private const int PrSetNoNewPrivs = 38;
    private const int PrCapAmbient = 47;
    private const int PrCapAmbientRaise = 2;
    private const int PrCapAmbientClearAll = 4;
    private const uint CapabilityVersion3 = 0x20080522;
    private const int LastCapability = 63;

    /// <summary>Runs <paramref name="start"/> on a thread that holds of <paramref name="capabilities"/> what this process holds, and nothing else, and waits for it.</summary>
    /// <exception cref="Win32Exception">The kernel refused to lower the thread's privileges.</exception>
    internal static T On<T>(ulong capabilities, Func<T> start)
    {
        T? result = default;
        Exception? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Lower(capabilities);
                result = start();
            }
            catch (Exception e)
            {
                failure = e;
            }
        });
        thread.Start();
        thread.Join();
        return failure is null ? result! : throw new InvalidOperationException(failure.Message, failure);
    }

    private static void Lower(ulong wanted)
    {
        // Without SETPCAP the bounding set stays; then no_new_privs keeps root from regaining it by exec.
        for (nuint number = 0; number <= LastCapability; number++)
        {
            if ((wanted & (1UL << (int)number)) == 0 && Libc.Prctl(PrCapBsetRead, number, 0, 0, 0) == 1) Libc.Prctl(PrCapBsetDrop, number, 0, 0, 0);
        }

        Check(Libc.Prctl(PrSetNoNewPrivs, 1, 0, 0, 0), "no_new_privs");
        Libc.Prctl(PrCapAmbient, PrCapAmbientClearAll, 0, 0, 0);
        var held = wanted & ThreadCapabilities.Permitted();
        var root = Libc.GetEffectiveUser() == 0;
        Set(held, root ? 0 : held);
        if (root) return;
        // Only ambient capabilities outlive the exec of another user.
        for (var number = 0; number <= LastCapability; number++)
        {
            if ((held & (1UL << number)) != 0) Libc.Prctl(PrCapAmbient, PrCapAmbientRaise, (nuint)number, 0, 0);
        }
    }

    private static void Set(ulong permitted, ulong inheritable)
    {
        var header = stackalloc uint[2] { CapabilityVersion3, 0 };
        var data = stackalloc uint[6]
        {
            (uint)permitted, (uint)permitted, (uint)inheritable, (uint)(permitted >> 32), (uint)(permitted >> 32), (uint)(inheritable >> 32),
        };
        Check((int)Libc.Syscall(Libc.SysCapset, (nint)header, (nint)data, 0, 0, 0), "capset");
    }

    private static void Check(int result, string what)
    {
        if (result != 0) throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{what}: {Marshal.GetLastPInvokeErrorMessage()}");
    }
}

/// <summary>The capabilities of the calling thread.</summary>
internal static class ThreadCapabilities
{
    internal static ulong Permitted() => Read("CapPrm:");

    internal static ulong Effective() => Read("CapEff:");

    private static ulong Read(string name)
    {
        var line = File.ReadLines("/proc/thread-self/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return ulong.Parse(line.AsSpan(name.Length).Trim(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
    }
}
