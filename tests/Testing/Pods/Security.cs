using System.Text.Json.Nodes;

namespace Coral.Testing.Pods;

/// <summary>Host namespaces and the securityContext of the pod and of its containers.</summary>
internal static class Security
{
    private static readonly string[] SysctlNames =
    [
        "kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range", "net.ipv4.ip_unprivileged_port_start",
        "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time", "net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes",
        "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem", "net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat", "kernel.msgmax", "net.core.somaxconn", "net/ipv4/tcp_syncookies",
    ];

    private static readonly string[] CapabilityNames =
    [
        "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT", "NET_RAW",
        "BPF", "PERFMON", "NET_ADMIN", "SYS_PTRACE", "SYS_RESOURCE", "CAP_CHOWN", "chown", "ALL", "X\"Y", "\uff21", "\U0001F600",
    ];

    public static void Add(PodDraft draft)
    {
        var userNamespace = draft.Chance(0.12);
        if (userNamespace || draft.Chance(0.02)) draft.Spec["hostUsers"] = !userNamespace;
        if (!userNamespace || draft.Chance(0.1)) HostNamespaces(draft);
        if (draft.Chance(0.05)) draft.Spec["os"] = new JsonObject { ["name"] = "linux" };

        var hardened = draft.Chance(0.7);
        var atPod = hardened && draft.Chance(0.5);
        if (atPod) Harden(PodDraft.Child(draft.Spec, "securityContext"));
        if (draft.Chance(0.2)) ChangePod(draft);
        foreach (var container in draft.Containers)
        {
            if (hardened)
            {
                var context = PodDraft.Child(container, "securityContext");
                if (!atPod) Harden(context);
                context["allowPrivilegeEscalation"] = false;
                context["capabilities"] = new JsonObject { ["drop"] = new JsonArray("ALL") };
            }

            if (draft.Chance(0.02)) container["securityContext"] = draft.Chance(0.5) ? null : new JsonObject();
            if (userNamespace && draft.Chance(0.3)) PodDraft.Child(container, "securityContext")["procMount"] = "Unmasked";
            while (draft.Chance(0.18)) ChangeContainer(draft, PodDraft.Child(container, "securityContext"), userNamespace);
        }
    }

    private static void Harden(JsonObject context)
    {
        context["runAsNonRoot"] = true;
        context["seccompProfile"] = new JsonObject { ["type"] = "RuntimeDefault" };
    }

    private static void HostNamespaces(PodDraft draft)
    {
        if (draft.Chance(0.03)) draft.Spec["hostPID"] = true;
        if (draft.Chance(0.03)) draft.Spec["hostIPC"] = true;
        if (draft.Chance(0.02)) draft.Spec["hostPID"] = false;
        if (!draft.Chance(0.05)) return;
        draft.Spec["hostNetwork"] = true;
        foreach (var port in draft.Containers.SelectMany(container => container["ports"] as JsonArray ?? []).OfType<JsonObject>()) port.Remove("hostPort");
    }

    private static void ChangePod(PodDraft draft)
    {
        var context = PodDraft.Child(draft.Spec, "securityContext");
        if (draft.Chance(0.2)) context["runAsUser"] = draft.Pick(0, 1, 65534);
        if (draft.Chance(0.2)) context["runAsNonRoot"] = draft.Chance(0.5);
        if (draft.Chance(0.2)) context["seccompProfile"] = Profile(draft);
        if (draft.Chance(0.15)) context["appArmorProfile"] = Profile(draft);
        if (draft.Chance(0.15)) context["seLinuxOptions"] = SeLinux(draft);
        if (draft.Chance(0.3)) context["sysctls"] = SysctlList(draft);
        if (draft.Chance(0.2)) context["fsGroup"] = 1000;
        if (draft.Chance(0.1)) context["supplementalGroups"] = new JsonArray(1, 2);
    }

    private static void ChangeContainer(PodDraft draft, JsonObject context, bool userNamespace)
    {
        switch (draft.Number(0, 10))
        {
            case 0: context["runAsUser"] = draft.Pick(0, 0, 1000); break;
            case 1: context["runAsNonRoot"] = draft.Pick<JsonNode?>(true, false, null); break;
            case 2: context["seccompProfile"] = Profile(draft); break;
            case 3: context["appArmorProfile"] = Profile(draft); break;
            case 4: context["seLinuxOptions"] = SeLinux(draft); break;
            case 5: context["capabilities"] = Capabilities(draft); break;
            case 6: context["allowPrivilegeEscalation"] = draft.Pick<JsonNode?>(true, false, null); break;
            case 7: context["procMount"] = userNamespace || draft.Chance(0.2) ? draft.Pick("Unmasked", "Default") : "Default"; break;
            case 8: context["readOnlyRootFilesystem"] = true; break;
            case 9: context["runAsGroup"] = 0; break;
            default:
                context["privileged"] = draft.Chance(0.6);
                if (context["privileged"]!.GetValue<bool>()) context.Remove("allowPrivilegeEscalation");
                break;
        }
    }

    private static JsonObject? Profile(PodDraft draft) => draft.Number(0, 4) switch
    {
        0 => null,
        1 => new JsonObject { ["type"] = "RuntimeDefault" },
        2 => new JsonObject { ["type"] = "Localhost", ["localhostProfile"] = "app" },
        _ => new JsonObject { ["type"] = "Unconfined" },
    };

    private static JsonObject SeLinux(PodDraft draft)
    {
        var options = new JsonObject { ["level"] = "s0:c123,c456" };
        if (draft.Chance(0.7)) options["type"] = draft.Pick("", "container_t", "container_init_t", "container_kvm_t", "container_engine_t", "spc_t", "a_t");
        if (draft.Chance(0.2)) options["user"] = draft.Pick("", "system_u");
        if (draft.Chance(0.2)) options["role"] = draft.Pick("", "system_r");
        return options;
    }

    private static JsonObject Capabilities(PodDraft draft)
    {
        var capabilities = new JsonObject();
        if (draft.Chance(0.8)) capabilities["add"] = draft.Some(draft.Pick(0.03, 0.15), CapabilityNames);
        if (draft.Chance(0.3)) capabilities["add"] = new JsonArray("NET_BIND_SERVICE");
        if (draft.Chance(0.8)) capabilities["drop"] = draft.Chance(0.7) ? new JsonArray("NET_RAW", "ALL") : draft.Some(0.3, "all", "NET_RAW", "CAP_ALL");
        return capabilities;
    }

    private static JsonArray SysctlList(PodDraft draft) =>
        new([.. draft.Some(0.15, SysctlNames).Select(name => new JsonObject { ["name"] = name!.GetValue<string>(), ["value"] = "1" })]);
}
