using System.Globalization;

namespace Coral.NodeAgent.Collectors;

/// <summary>The processors for which the kernel keeps values of their own.</summary>
internal static class Cpus
{
    /// <summary>How many there can be: more than there are, where some may be added.</summary>
    internal static int Possible { get; } = Parse(File.ReadAllText("/sys/devices/system/cpu/possible"));

    /// <summary>Of a list such as <c>0-3,8</c>: one more than the highest, because values are found by number.</summary>
    internal static int Parse(string list) => int.Parse(list.AsSpan().Trim()[(list.AsSpan().Trim().LastIndexOfAny('-', ',') + 1)..], CultureInfo.InvariantCulture) + 1;
}
