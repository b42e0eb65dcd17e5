namespace Coral.Policies.PodSecurity.Checks;

/// <summary>
/// A process must not gain more privileges than its parent, as by set-user-ID files (from v1.8, when the field came).
/// Field: <c>securityContext.allowPrivilegeEscalation</c> of every container: false, and it must be said. From v1.25 Windows pods are left out.
/// </summary>
internal static class AllowPrivilegeEscalation
{
    public const string Id = "allowPrivilegeEscalation";

    public static readonly Check Check = new(Id, Level.Restricted, [new(8, allowPrivilegeEscalation_1_8), new(25, allowPrivilegeEscalation_1_25)]);

    public static Violation? allowPrivilegeEscalation_1_8(in PodFacts pod)
    {
        List<string>? containers = null;
        foreach (ref readonly var container in pod.Containers)
        {
            if (container.Security.AllowPrivilegeEscalation != false) (containers ??= []).Add(container.Name);
        }

        return containers is null ? null : new Violation(
            Id, "allowPrivilegeEscalation != false", $"{Wording.Containers(containers)} must set securityContext.allowPrivilegeEscalation=false");
    }

    public static Violation? allowPrivilegeEscalation_1_25(in PodFacts pod) => pod.Windows ? null : allowPrivilegeEscalation_1_8(pod);
}
