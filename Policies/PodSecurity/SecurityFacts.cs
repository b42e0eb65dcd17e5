using System.Text.Json;

namespace Coral.Policies.PodSecurity;

/// <summary>
/// The members of one securityContext, of the pod or of a container, that a check reads; found in one walk. An element is Undefined unless it is of the kind
/// that the API wants, so <c>null</c> and absent are the same.
/// </summary>
internal readonly struct SecurityFacts
{
    public SecurityFacts(JsonElement context)
    {
        if (context.ValueKind != JsonValueKind.Object) return;
        foreach (var member in context.EnumerateObject())
        {
            var name = RawText.NameOf(member);
            var value = member.Value;
            if (name.SequenceEqual("allowPrivilegeEscalation"u8)) AllowPrivilegeEscalation = Flag(value);
            else if (name.SequenceEqual("capabilities"u8)) Capabilities = OfKind(value, JsonValueKind.Object);
            else if (name.SequenceEqual("runAsNonRoot"u8)) RunAsNonRoot = Flag(value);
            else if (name.SequenceEqual("runAsUser"u8)) RunAsRoot = value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var user) && user == 0;
            else if (name.SequenceEqual("seccompProfile"u8)) SeccompProfile = OfKind(value, JsonValueKind.Object);
            else if (name.SequenceEqual("privileged"u8)) Privileged = Flag(value);
            else if (name.SequenceEqual("procMount"u8)) ProcMount = OfKind(value, JsonValueKind.String);
            else if (name.SequenceEqual("seLinuxOptions"u8)) SeLinuxOptions = OfKind(value, JsonValueKind.Object);
            else if (name.SequenceEqual("appArmorProfile"u8)) AppArmorProfile = OfKind(value, JsonValueKind.Object);
            else if (name.SequenceEqual("windowsOptions"u8)) HostProcess = value.Member("hostProcess"u8).ValueKind == JsonValueKind.True;
            else if (name.SequenceEqual("sysctls"u8)) Sysctls = OfKind(value, JsonValueKind.Array);
        }
    }

    public bool? AllowPrivilegeEscalation { get; }

    public bool? Privileged { get; }

    public bool? RunAsNonRoot { get; }

    /// <summary>Whether <c>runAsUser</c> says 0.</summary>
    public bool RunAsRoot { get; }

    /// <summary>Windows only.</summary>
    public bool HostProcess { get; }

    public JsonElement Capabilities { get; }

    public JsonElement ProcMount { get; }

    public JsonElement SeLinuxOptions { get; }

    public JsonElement SeccompProfile { get; }

    public JsonElement AppArmorProfile { get; }

    /// <summary>Pod only.</summary>
    public JsonElement Sysctls { get; }

    private static bool? Flag(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };

    private static JsonElement OfKind(JsonElement value, JsonValueKind kind) => value.ValueKind == kind ? value : default;
}
