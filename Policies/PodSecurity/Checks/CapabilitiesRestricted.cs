using System.Text.Json;

namespace Coral.Policies.PodSecurity.Checks;

/// <summary>
/// Every container must drop all capabilities and may add one back: NET_BIND_SERVICE (from v1.22, where it replaces capabilities_baseline).
/// Fields: <c>securityContext.capabilities.drop</c> has the exact string <c>ALL</c>; <c>.add</c> has nothing but <c>NET_BIND_SERVICE</c>. From v1.25 Windows pods are left out.
/// </summary>
internal static class CapabilitiesRestricted
{
    public const string Id = "capabilities_restricted";

    public static readonly Check Check = new(
        Id, Level.Restricted, [new(22, capabilitiesRestricted_1_22), new(25, capabilitiesRestricted_1_25)], Overrides: CapabilitiesBaseline.Id);

    public static Violation? capabilitiesRestricted_1_22(in PodFacts pod)
    {
        List<string>? keeping = null, adding = null;
        SortedSet<string>? added = null;
        foreach (ref readonly var container in pod.Containers)
        {
            if (!DropsAll(container.Security.Capabilities)) (keeping ??= []).Add(container.Name);
            if (AddsMore(container.Security.Capabilities, ref added)) (adding ??= []).Add(container.Name);
        }

        if (keeping is null && adding is null) return null;
        List<string> parts = [];
        if (keeping is not null) parts.Add($"{Wording.Containers(keeping)} must set securityContext.capabilities.drop=[\"ALL\"]");
        if (adding is not null) parts.Add($"{Wording.Containers(adding)} must not include {Wording.Quoted(added!)} in securityContext.capabilities.add");
        return new Violation(Id, "unrestricted capabilities", string.Join("; ", parts));
    }

    public static Violation? capabilitiesRestricted_1_25(in PodFacts pod) => pod.Windows ? null : capabilitiesRestricted_1_22(pod);

    private static bool DropsAll(JsonElement capabilities)
    {
        foreach (var dropped in capabilities.Elements("drop"u8))
        {
            if (RawText.Is(dropped, "ALL"u8)) return true;
        }

        return false;
    }

    private static bool AddsMore(JsonElement capabilities, ref SortedSet<string>? added)
    {
        var more = false;
        foreach (var capability in capabilities.Elements("add"u8))
        {
            if (RawText.Is(capability, "NET_BIND_SERVICE"u8)) continue;
            more = true;
            (added ??= new(Wording.ByteOrder)).Add(RawText.Of(capability));
        }

        return more;
    }
}
