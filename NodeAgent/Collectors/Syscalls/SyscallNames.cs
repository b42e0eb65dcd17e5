using System.Collections.Frozen;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Coral.NodeAgent.Collectors.Syscalls;

/// <summary>The names of system calls by their numbers on this machine (x86_64.txt and aarch64.txt, by include/uapi/asm/unistd*.h up to Linux 6.16).</summary>
internal static class SyscallNames
{
    /// <summary>Marks a call of a 32-bit program (bpf/syscall_stats/syscall_stats.bpf.c), whose numbers are others.</summary>
    internal const uint Compat = 1U << 31;

    // What these take is mostly the caller's own wish, so that their times say nothing about the kernel.
    private static readonly FrozenSet<string> Waiting = FrozenSet.Create(
        StringComparer.Ordinal,
        "futex", "futex_wait", "futex_waitv", "epoll_wait", "epoll_pwait", "epoll_pwait2", "poll", "ppoll", "select", "pselect6", "nanosleep", "clock_nanosleep", "accept", "accept4", "wait4", "waitid",
        "pause", "rt_sigtimedwait", "rt_sigsuspend", "io_getevents", "io_pgetevents", "io_uring_enter", "msgrcv", "semop", "semtimedop", "mq_timedreceive", "restart_syscall");

    private static readonly FrozenDictionary<uint, string> Names = Read(RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "aarch64" : "x86_64");

    /// <summary>The name, or the number where it has none here, with <c>compat:</c> before those of 32-bit programs.</summary>
    internal static string Of(uint number) => (number & Compat) != 0
        ? string.Create(CultureInfo.InvariantCulture, $"compat:{number & ~Compat}")
        : Names.GetValueOrDefault(number) ?? number.ToString(CultureInfo.InvariantCulture);

    /// <summary>The number of a call of 64-bit programs on this machine.</summary>
    /// <exception cref="InvalidOperationException">It has none here.</exception>
    internal static uint NumberOf(string name) => Names.First(pair => pair.Value == name).Key;

    /// <summary>Whether the call is there to wait.</summary>
    internal static bool IsWaiting(string name) => Waiting.Contains(name);

    private static FrozenDictionary<uint, string> Read(string machine)
    {
        using var stream = typeof(SyscallNames).Assembly.GetManifestResourceStream($"syscalls/{machine}.txt")!;
        using var reader = new StreamReader(stream);
        var names = new Dictionary<uint, string>();
        while (reader.ReadLine() is { } line)
        {
            var words = line.Split(' ');
            var first = uint.Parse(words[0], CultureInfo.InvariantCulture);
            for (var at = 1; at < words.Length; at++) names[first + (uint)at - 1] = words[at];
        }

        return names.ToFrozenDictionary();
    }
}
