using System.Text.Json;

namespace Coral.Policies.PodSecurity;

/// <summary>The members of one container that a check reads, found in one walk.</summary>
internal readonly struct ContainerFacts
{
    private readonly JsonElement name;

    public ContainerFacts(PodView.Entry entry)
    {
        Kind = entry.Kind;
        foreach (var member in entry.Container.EnumerateObject())
        {
            var key = RawText.NameOf(member);
            if (key.SequenceEqual("name"u8)) name = member.Value;
            else if (key.SequenceEqual("securityContext"u8)) Security = new SecurityFacts(member.Value);
            else if (key.SequenceEqual("ports"u8)) Ports = member.Value;
            else if (key.SequenceEqual("livenessProbe"u8)) LivenessProbe = member.Value;
            else if (key.SequenceEqual("readinessProbe"u8)) ReadinessProbe = member.Value;
            else if (key.SequenceEqual("startupProbe"u8)) StartupProbe = member.Value;
            else if (key.SequenceEqual("lifecycle"u8)) Lifecycle = member.Value;
        }
    }

    public ContainerKind Kind { get; }

    /// <summary>Read only where it is reported: making the text allocates.</summary>
    public string Name => RawText.Of(name);

    public SecurityFacts Security { get; }

    public JsonElement Ports { get; }

    public JsonElement LivenessProbe { get; }

    public JsonElement ReadinessProbe { get; }

    public JsonElement StartupProbe { get; }

    public JsonElement Lifecycle { get; }
}
