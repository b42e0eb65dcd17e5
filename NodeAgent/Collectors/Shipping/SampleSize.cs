using Coral.Audit.Events;
using Coral.Audit.Events.Kernel;

namespace Coral.NodeAgent.Collectors.Shipping;

/// <summary>About how many bytes of memory an event holds: enough to bound a queue by.</summary>
internal static class SampleSize
{
    // An event with its parts, measured: 350 to 600 bytes without texts that are its own.
    private const int Event = 600;
    private const int Text = 32;

    internal static int Of(AuditEvent e)
    {
        if (e is not ProcessEvent { Process.Arguments: { IsDefaultOrEmpty: false } arguments }) return Event;
        var size = Event;
        foreach (var argument in arguments) size += Text + (argument.Length * sizeof(char));
        return size;
    }
}
