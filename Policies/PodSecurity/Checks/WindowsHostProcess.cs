namespace Coral.Policies.PodSecurity.Checks;

/// <summary>
/// A Windows pod must not run as a process of its node. Field: <c>securityContext.windowsOptions.hostProcess</c> of the pod and of every container: false or absent.
/// </summary>
internal static class WindowsHostProcess
{
    public const string Id = "windowsHostProcess";

    public static readonly Check Check = new(Id, Level.Baseline, [new(0, windowsHostProcess_1_0)]);

    public static Violation? windowsHostProcess_1_0(in PodFacts pod)
    {
        List<string>? containers = null;
        foreach (ref readonly var container in pod.Containers)
        {
            if (container.Security.HostProcess) (containers ??= []).Add(container.Name);
        }

        return pod.Security.HostProcess || containers is not null
            ? new Violation(Id, "hostProcess", $"{Wording.Setters(pod.Security.HostProcess, containers)} must not set securityContext.windowsOptions.hostProcess=true")
            : null;
    }
}
