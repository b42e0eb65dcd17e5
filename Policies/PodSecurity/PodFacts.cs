using System.Text.Json;

namespace Coral.Policies.PodSecurity;

/// <summary>All that the checks read of a pod, found once so that the checks are cheap and plain.</summary>
internal readonly ref struct PodFacts
{
    public PodFacts(in PodView view, ReadOnlySpan<ContainerFacts> containers, PodForm form)
    {
        View = view;
        Form = form;
        Containers = containers;
        Annotations = view.Metadata.Member("annotations"u8);
        if (view.Spec.ValueKind != JsonValueKind.Object) return;
        foreach (var member in view.Spec.EnumerateObject())
        {
            var name = RawText.NameOf(member);
            var value = member.Value;
            if (name.SequenceEqual("securityContext"u8)) Security = new SecurityFacts(value);
            else if (name.SequenceEqual("hostNetwork"u8)) HostNetwork = value.ValueKind == JsonValueKind.True;
            else if (name.SequenceEqual("hostPID"u8)) HostPid = value.ValueKind == JsonValueKind.True;
            else if (name.SequenceEqual("hostIPC"u8)) HostIpc = value.ValueKind == JsonValueKind.True;
            else if (name.SequenceEqual("hostUsers"u8)) InUserNamespace = value.ValueKind == JsonValueKind.False;
            else if (name.SequenceEqual("os"u8)) Windows = RawText.Is(value.Member("name"u8), "windows"u8);
        }
    }

    /// <summary>For the volumes.</summary>
    public PodView View { get; }

    public PodForm Form { get; }

    /// <summary>Init, regular and ephemeral ones, in this order.</summary>
    public ReadOnlySpan<ContainerFacts> Containers { get; }

    public JsonElement Annotations { get; }

    /// <summary>The pod's own securityContext.</summary>
    public SecurityFacts Security { get; }

    public bool HostNetwork { get; }

    public bool HostPid { get; }

    public bool HostIpc { get; }

    /// <summary><c>hostUsers: false</c>: root in the pod is nobody on the node.</summary>
    public bool InUserNamespace { get; }

    /// <summary><c>os.name: windows</c>.</summary>
    public bool Windows { get; }
}
