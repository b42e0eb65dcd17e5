namespace Coral.Policies.PodSecurity.Checks;

/// <summary>
/// The runtime's masks over /proc must stay. Field: <c>securityContext.procMount</c> of every container: <c>Default</c> or absent.
/// From v1.35 a pod in a user namespace (<c>hostUsers: false</c>) may have any value; in restricted, procMount_restricted takes this check's place from then on.
/// </summary>
internal static class ProcMount
{
    public const string Id = "procMount";

    public static readonly Check Check = new(Id, Level.Baseline, [new(0, procMount_1_0), new(35, procMount_1_35)]);

    public static Violation? procMount_1_0(in PodFacts pod) => Masked(Id, pod);

    public static Violation? procMount_1_35(in PodFacts pod) => pod.InUserNamespace ? null : Masked(Id, pod);

    /// <summary>The rule itself, for the check <paramref name="id"/>.</summary>
    public static Violation? Masked(string id, in PodFacts pod)
    {
        List<string>? containers = null;
        SortedSet<string>? values = null;
        foreach (ref readonly var container in pod.Containers)
        {
            var procMount = container.Security.ProcMount;
            if (procMount.ValueKind == System.Text.Json.JsonValueKind.Undefined || RawText.Is(procMount, "Default"u8)) continue;
            (containers ??= []).Add(container.Name);
            (values ??= new(Wording.ByteOrder)).Add(RawText.Of(procMount));
        }

        return containers is null ? null : new Violation(
            id, "procMount", $"{Wording.Containers(containers)} must not set securityContext.procMount to {Wording.Quoted(values!)}");
    }
}
