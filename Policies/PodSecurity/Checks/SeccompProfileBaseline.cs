using System.Text.Json;

namespace Coral.Policies.PodSecurity.Checks;

/// <summary>
/// Seccomp must not be switched off explicitly; to say nothing is allowed.
/// <list type="bullet">
/// <item>v1.0 to v1.18: annotations <c>seccomp.security.alpha.kubernetes.io/pod</c> and <c>container.seccomp.security.alpha.kubernetes.io/NAME</c> of a
/// container's name: <c>runtime/default</c>, <c>docker/default</c>, <c>localhost/*</c> or absent.</item>
/// <item>from v1.19: <c>securityContext.seccompProfile.type</c> of the pod and of every container: <c>RuntimeDefault</c>, <c>Localhost</c> or no profile.</item>
/// </list>
/// In restricted, seccompProfile_restricted takes its place from v1.19.
/// </summary>
internal static class SeccompProfileBaseline
{
    public const string Id = "seccompProfile_baseline";

    public static readonly Check Check = new(Id, Level.Baseline, [new(0, seccompProfileBaseline_1_0), new(19, seccompProfileBaseline_1_19)]);

    private const string PodAnnotation = "seccomp.security.alpha.kubernetes.io/pod";
    private const string ContainerAnnotation = "container.seccomp.security.alpha.kubernetes.io/";

    public static Violation? seccompProfileBaseline_1_0(in PodFacts pod)
    {
        if (pod.Annotations.ValueKind != JsonValueKind.Object) return null;
        SortedSet<string>? bad = null;
        AddBad(pod.Annotations, PodAnnotation, ref bad);
        foreach (ref readonly var container in pod.Containers) AddBad(pod.Annotations, ContainerAnnotation + container.Name, ref bad);
        return bad is null ? null : new Violation(Id, "seccompProfile", $"forbidden {Wording.Plural("annotation", bad.Count)} {string.Join(", ", bad)}");
    }

    public static Violation? seccompProfileBaseline_1_19(in PodFacts pod)
    {
        SortedSet<string>? values = null;
        var podIsBad = IsBad(pod.Security.SeccompProfile, ref values);
        List<string>? containers = null;
        foreach (ref readonly var container in pod.Containers)
        {
            if (IsBad(container.Security.SeccompProfile, ref values)) (containers ??= []).Add(container.Name);
        }

        return values is null ? null : MustNotSet(Id, podIsBad, containers, values);
    }

    /// <summary>Whether a profile is there and is neither RuntimeDefault nor Localhost.</summary>
    public static bool IsBad(JsonElement profile, ref SortedSet<string>? values)
    {
        if (profile.ValueKind == JsonValueKind.Undefined) return false;
        var type = profile.Member("type"u8);
        if (RawText.Is(type, "RuntimeDefault"u8) || RawText.Is(type, "Localhost"u8)) return false;
        (values ??= new(Wording.ByteOrder)).Add(RawText.Of(type));
        return true;
    }

    public static Violation MustNotSet(string id, bool pod, List<string>? containers, SortedSet<string> values) =>
        new(id, "seccompProfile", $"{Wording.Setters(pod, containers)} must not set securityContext.seccompProfile.type to {Wording.Quoted(values)}");

    private static void AddBad(JsonElement annotations, string key, ref SortedSet<string>? bad)
    {
        var value = annotations.Member(key);
        if (value.ValueKind == JsonValueKind.Undefined) return;
        var text = RawText.Utf8(value);
        if (text.SequenceEqual("runtime/default"u8) || text.SequenceEqual("docker/default"u8) || text.StartsWith("localhost/"u8)) return;
        (bad ??= new(Wording.ByteOrder)).Add($"{key}={Wording.GoLiteral(RawText.Of(value))}");
    }
}
