using System.Text.Json;

namespace Coral.Policies.PodSecurity.Checks;

/// <summary>
/// Every container must have a seccomp profile (from v1.19, where it replaces seccompProfile_baseline).
/// Field: <c>securityContext.seccompProfile.type</c>: <c>RuntimeDefault</c> or <c>Localhost</c>, at the pod or at every container, and nothing else anywhere.
/// From v1.25 Windows pods are left out.
/// </summary>
internal static class SeccompProfileRestricted
{
    public const string Id = "seccompProfile_restricted";

    public static readonly Check Check = new(
        Id, Level.Restricted, [new(19, seccompProfileRestricted_1_19), new(25, seccompProfileRestricted_1_25)], Overrides: SeccompProfileBaseline.Id);

    public static Violation? seccompProfileRestricted_1_19(in PodFacts pod)
    {
        SortedSet<string>? values = null;
        var podIsBad = SeccompProfileBaseline.IsBad(pod.Security.SeccompProfile, ref values);
        var podIsGood = !podIsBad && pod.Security.SeccompProfile.ValueKind != JsonValueKind.Undefined;
        List<string>? explicitly = null, silently = null;
        foreach (ref readonly var container in pod.Containers)
        {
            var profile = container.Security.SeccompProfile;
            if (SeccompProfileBaseline.IsBad(profile, ref values)) (explicitly ??= []).Add(container.Name);
            else if (profile.ValueKind == JsonValueKind.Undefined && !podIsGood) (silently ??= []).Add(container.Name);
        }

        if (values is not null) return SeccompProfileBaseline.MustNotSet(Id, podIsBad, explicitly, values);
        return silently is null ? null : new Violation(
            Id, "seccompProfile", $"pod or {Wording.Containers(silently)} must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\"");
    }

    public static Violation? seccompProfileRestricted_1_25(in PodFacts pod) => pod.Windows ? null : seccompProfileRestricted_1_19(pod);
}
