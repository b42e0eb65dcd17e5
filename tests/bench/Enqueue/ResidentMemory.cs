using System.Globalization;

namespace Coral.Bench.Enqueue;

/// <summary>The memory of this process that is in RAM, in bytes, as Linux counts it (proc_pid_status(5)).</summary>
internal static class ResidentMemory
{
    internal static long Now => Read("VmRSS:");

    /// <summary>The most since <see cref="ForgetPeak"/>.</summary>
    internal static long Peak => Read("VmHWM:");

    internal static void ForgetPeak() => File.WriteAllText("/proc/self/clear_refs", "5");

    private static long Read(string name)
    {
        var line = File.ReadLines("/proc/self/status").First(line => line.StartsWith(name, StringComparison.Ordinal));
        return 1024 * long.Parse(line[name.Length..].Replace("kB", "", StringComparison.Ordinal).Trim(), CultureInfo.InvariantCulture);
    }
}
