namespace Coral.Policies.PodSecurity.Checks;

/// <summary>
/// Every container must be told not to run as root. Field: <c>securityContext.runAsNonRoot</c>: true at the pod or at every container, false nowhere.
/// From v1.35 a pod in a user namespace (<c>hostUsers: false</c>) is left out.
/// </summary>
internal static class RunAsNonRoot
{
    public const string Id = "runAsNonRoot";

    public static readonly Check Check = new(Id, Level.Restricted, [new(0, runAsNonRoot_1_0), new(35, runAsNonRoot_1_35)]);

    public static Violation? runAsNonRoot_1_0(in PodFacts pod)
    {
        var podSays = pod.Security.RunAsNonRoot;
        List<string>? explicitly = null, silently = null;
        foreach (ref readonly var container in pod.Containers)
        {
            var says = container.Security.RunAsNonRoot;
            if (says == false) (explicitly ??= []).Add(container.Name);
            else if (says is null && podSays != true) (silently ??= []).Add(container.Name);
        }

        if (podSays == false || explicitly is not null) return Forbid($"{Wording.Setters(podSays == false, explicitly)} must not set securityContext.runAsNonRoot=false");
        return silently is null ? null : Forbid($"pod or {Wording.Containers(silently)} must set securityContext.runAsNonRoot=true");
    }

    public static Violation? runAsNonRoot_1_35(in PodFacts pod) => pod.InUserNamespace ? null : runAsNonRoot_1_0(pod);

    private static Violation Forbid(string detail) => new(Id, "runAsNonRoot != true", detail);
}
