namespace Coral.Policies.PodSecurity.Checks;

/// <summary>
/// Nothing may ask for user 0 (from v1.23). Field: <c>securityContext.runAsUser</c> of the pod and of every container: not 0; absent is allowed.
/// From v1.35 a pod in a user namespace (<c>hostUsers: false</c>) is left out.
/// </summary>
internal static class RunAsUser
{
    public const string Id = "runAsUser";

    public static readonly Check Check = new(Id, Level.Restricted, [new(23, runAsUser_1_23), new(35, runAsUser_1_35)]);

    public static Violation? runAsUser_1_23(in PodFacts pod)
    {
        List<string>? containers = null;
        foreach (ref readonly var container in pod.Containers)
        {
            if (container.Security.RunAsRoot) (containers ??= []).Add(container.Name);
        }

        return pod.Security.RunAsRoot || containers is not null
            ? new Violation(Id, "runAsUser=0", $"{Wording.Setters(pod.Security.RunAsRoot, containers)} must not set runAsUser=0")
            : null;
    }

    public static Violation? runAsUser_1_35(in PodFacts pod) => pod.InUserNamespace ? null : runAsUser_1_23(pod);
}
