using System.Globalization;
using System.Text.Json;

namespace Coral.Policies.PodSecurity.Checks;

/// <summary>
/// A container must not take a port of the node. Field: <c>ports[*].hostPort</c> of every container: 0 or absent.
/// With <c>hostNetwork</c> the API server fills an absent hostPort of a pod's init and regular containers with the containerPort before this check runs; not in a template.
/// </summary>
internal static class HostPorts
{
    public const string Id = "hostPorts";

    public static readonly Check Check = new(Id, Level.Baseline, [new(0, hostPorts_1_0)]);

    public static Violation? hostPorts_1_0(in PodFacts pod)
    {
        List<string>? containers = null;
        SortedSet<string>? ports = null;
        foreach (ref readonly var container in pod.Containers)
        {
            if (container.Ports.ValueKind != JsonValueKind.Array) continue;
            var filled = pod.HostNetwork && pod.Form == PodForm.New && container.Kind != ContainerKind.Ephemeral;
            var bad = false;
            foreach (var port in container.Ports.EnumerateArray())
            {
                var hostPort = Number(port.Member("hostPort"u8));
                if (hostPort == 0 && filled) hostPort = Number(port.Member("containerPort"u8));
                if (hostPort == 0) continue;
                bad = true;
                (ports ??= new(StringComparer.Ordinal)).Add(hostPort.ToString(CultureInfo.InvariantCulture));
            }

            if (bad) (containers ??= []).Add(container.Name);
        }

        return containers is null ? null : new Violation(
            Id,
            "hostPort",
            $"{Wording.Containers(containers)} {Wording.Uses(containers.Count)} {Wording.Plural("hostPort", ports!.Count)} {string.Join(", ", ports)}");
    }

    private static int Number(JsonElement value) => value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : 0;
}
