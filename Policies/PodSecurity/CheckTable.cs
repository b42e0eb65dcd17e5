using Coral.Policies.PodSecurity.Checks;

namespace Coral.Policies.PodSecurity;

/// <summary>Which functions are in force at a level and version, in the order of messages, worked out once.</summary>
internal static class CheckTable
{
    /// <summary>The order is the reference's: baseline ids sorted by byte, then restricted ids.</summary>
    public static readonly Check[] All =
    [
        AppArmorProfile.Check,
        CapabilitiesBaseline.Check,
        HostNamespaces.Check,
        HostPathVolumes.Check,
        HostPorts.Check,
        HostProbesAndHostLifecycle.Check,
        Privileged.Check,
        ProcMount.Check,
        SeLinuxOptions.Check,
        SeccompProfileBaseline.Check,
        Sysctls.Check,
        WindowsHostProcess.Check,
        AllowPrivilegeEscalation.Check,
        CapabilitiesRestricted.Check,
        ProcMountRestricted.Check,
        RestrictedVolumes.Check,
        RunAsNonRoot.Check,
        RunAsUser.Check,
        SeccompProfileRestricted.Check,
    ];

    private static readonly CheckFunction[][] Baseline = Build(Level.Baseline);
    private static readonly CheckFunction[][] Restricted = Build(Level.Restricted);

    public static CheckFunction[] InForce(Level level, PolicyVersion version) => level switch
    {
        Level.Privileged => [],
        Level.Baseline => Baseline[(int)version.Clamp().Minor!],
        _ => Restricted[(int)version.Clamp().Minor!],
    };

    private static CheckFunction[][] Build(Level level)
    {
        var versions = new CheckFunction[KubernetesVersion.NewestKnown.Minor + 1][];
        for (var minor = 0; minor < versions.Length; minor++)
        {
            var present = All.Where(check => check.Level <= level && check.At(minor) is not null).ToArray();
            var overridden = present.Select(check => check.Overrides).ToHashSet(StringComparer.Ordinal);
            versions[minor] = [.. present.Where(check => !overridden.Contains(check.Id)).Select(check => check.At(minor)!)];
        }

        return versions;
    }
}
