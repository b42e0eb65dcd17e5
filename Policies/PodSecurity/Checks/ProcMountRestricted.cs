namespace Coral.Policies.PodSecurity.Checks;

/// <summary>
/// The runtime's masks over /proc must stay, in a user namespace too (from v1.35; before, procMount says the same in every level).
/// Field: <c>securityContext.procMount</c> of every container: <c>Default</c> or absent.
/// </summary>
internal static class ProcMountRestricted
{
    public const string Id = "procMount_restricted";

    public static readonly Check Check = new(Id, Level.Restricted, [new(35, procMountRestricted_1_35)], Overrides: ProcMount.Id);

    public static Violation? procMountRestricted_1_35(in PodFacts pod) => ProcMount.Masked(Id, pod);
}
