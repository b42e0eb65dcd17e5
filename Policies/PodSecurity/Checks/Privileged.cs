namespace Coral.Policies.PodSecurity.Checks;

/// <summary>
/// No container may be privileged, which switches off most of what keeps it from the node.
/// Field: <c>securityContext.privileged</c> of every container: false or absent.
/// </summary>
internal static class Privileged
{
    public const string Id = "privileged";

    public static readonly Check Check = new(Id, Level.Baseline, [new(0, privileged_1_0)]);

    public static Violation? privileged_1_0(in PodFacts pod)
    {
        List<string>? containers = null;
        foreach (ref readonly var container in pod.Containers)
        {
            if (container.Security.Privileged == true) (containers ??= []).Add(container.Name);
        }

        return containers is null ? null : new Violation(Id, "privileged", $"{Wording.Containers(containers)} must not set securityContext.privileged=true");
    }
}
