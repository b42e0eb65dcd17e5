namespace Coral.Policies.PodSecurity.Checks;

/// <summary>
/// A container may add only capabilities that container runtimes give by default anyway; NET_RAW, though a default of some, is not among them.
/// Field: <c>securityContext.capabilities.add</c> of every container. The names are compared as they stand: <c>CAP_CHOWN</c> or <c>chown</c> is not CHOWN.
/// A user namespace (<c>hostUsers: false</c>) changes nothing here. In restricted, capabilities_restricted takes its place from v1.22.
/// </summary>
internal static class CapabilitiesBaseline
{
    public const string Id = "capabilities_baseline";

    public static readonly Check Check = new(Id, Level.Baseline, [new(0, capabilitiesBaseline_1_0)]);

    public static Violation? capabilitiesBaseline_1_0(in PodFacts pod)
    {
        List<string>? containers = null;
        SortedSet<string>? added = null;
        foreach (ref readonly var container in pod.Containers)
        {
            var bad = false;
            foreach (var capability in container.Security.Capabilities.Elements("add"u8))
            {
                var name = RawText.Utf8(capability);
                if (IsDefault(name)) continue;
                bad = true;
                (added ??= new(Wording.ByteOrder)).Add(RawText.Of(capability));
            }

            if (bad) (containers ??= []).Add(container.Name);
        }

        return containers is null ? null : new Violation(
            Id, "non-default capabilities", $"{Wording.Containers(containers)} must not include {Wording.Quoted(added!)} in securityContext.capabilities.add");
    }

    private static bool IsDefault(ReadOnlySpan<byte> name) =>
        name.SequenceEqual("AUDIT_WRITE"u8)
        || name.SequenceEqual("CHOWN"u8)
        || name.SequenceEqual("DAC_OVERRIDE"u8)
        || name.SequenceEqual("FOWNER"u8)
        || name.SequenceEqual("FSETID"u8)
        || name.SequenceEqual("KILL"u8)
        || name.SequenceEqual("MKNOD"u8)
        || name.SequenceEqual("NET_BIND_SERVICE"u8)
        || name.SequenceEqual("SETFCAP"u8)
        || name.SequenceEqual("SETGID"u8)
        || name.SequenceEqual("SETPCAP"u8)
        || name.SequenceEqual("SETUID"u8)
        || name.SequenceEqual("SYS_CHROOT"u8);
}
