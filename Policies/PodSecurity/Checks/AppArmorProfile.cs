using System.Text.Json;

namespace Coral.Policies.PodSecurity.Checks;

/// <summary>
/// AppArmor must not be switched off. Where the node has it, every container gets the runtime's profile unless the pod says otherwise.
/// <list type="bullet">
/// <item>Fields: <c>securityContext.appArmorProfile.type</c> of the pod and of every container: <c>RuntimeDefault</c>, <c>Localhost</c> or no profile.</item>
/// <item>Annotations <c>container.apparmor.security.beta.kubernetes.io/*</c>: <c>runtime/default</c>, <c>localhost/*</c> or empty.</item>
/// </list>
/// On CREATE the API server copies an annotation into the field of its container, where the container has no profile and the pod's differs, before this check
/// runs (KEP-24, version skew; not for Windows). So an annotation <c>unconfined</c> is reported twice, as container and as annotation.
/// </summary>
internal static class AppArmorProfile
{
    public const string Id = "appArmorProfile";

    public static readonly Check Check = new(Id, Level.Baseline, [new(0, appArmorProfile_1_0)]);

    private static ReadOnlySpan<byte> Prefix => "container.apparmor.security.beta.kubernetes.io/"u8;

    public static Violation? appArmorProfile_1_0(in PodFacts pod)
    {
        SortedSet<string>? annotations = null, values = null;
        var unconfined = BadAnnotations(pod, ref annotations);
        var podIsBad = IsBad(pod.Security.AppArmorProfile, ref values);
        List<string>? containers = null;
        foreach (ref readonly var container in pod.Containers)
        {
            var profile = container.Security.AppArmorProfile;
            var copied = unconfined && profile.ValueKind == JsonValueKind.Undefined && IsCopied(pod, container);
            if (copied) (values ??= Sorted()).Add("Unconfined");
            if (copied || IsBad(profile, ref values)) (containers ??= []).Add(container.Name);
        }

        if (values is null && annotations is null) return null;
        var setters = podIsBad || containers is not null ? Wording.Setters(podIsBad, containers) : "";
        if (annotations is not null) setters += (setters.Length > 0 ? " and " : "") + Wording.Plural("annotation", annotations.Count);
        string[] bad = [.. values ?? [], .. annotations ?? []];
        return new Violation(
            Id, Wording.Plural("forbidden AppArmor profile", bad.Length), $"{setters} must not set AppArmor profile type to {Wording.Quoted(bad)}");
    }

    private static bool IsBad(JsonElement profile, ref SortedSet<string>? values)
    {
        if (profile.ValueKind == JsonValueKind.Undefined) return false;
        var type = profile.Member("type"u8);
        if (RawText.Is(type, "RuntimeDefault"u8) || RawText.Is(type, "Localhost"u8)) return false;
        (values ??= Sorted()).Add(RawText.Of(type));
        return true;
    }

    /// <summary>Collects annotations that are not allowed; true when one of them is <c>unconfined</c>.</summary>
    private static bool BadAnnotations(in PodFacts pod, ref SortedSet<string>? found)
    {
        if (pod.Annotations.ValueKind != JsonValueKind.Object) return false;
        var unconfined = false;
        foreach (var annotation in pod.Annotations.EnumerateObject())
        {
            var key = RawText.NameOf(annotation);
            if (!key.StartsWith(Prefix)) continue;
            var value = RawText.Utf8(annotation.Value);
            if (value.IsEmpty || value.SequenceEqual("runtime/default"u8) || value.StartsWith("localhost/"u8)) continue;
            unconfined |= value.SequenceEqual("unconfined"u8);
            (found ??= Sorted()).Add($"{RawText.NameTextOf(annotation)}={Wording.GoLiteral(RawText.Of(annotation.Value))}");
        }

        return unconfined;
    }

    private static bool IsCopied(in PodFacts pod, in ContainerFacts container) =>
        pod.Form == PodForm.New
        && !pod.Windows
        && !RawText.Is(pod.Security.AppArmorProfile.Member("type"u8), "Unconfined"u8)
        && RawText.Is(pod.Annotations.Member("container.apparmor.security.beta.kubernetes.io/" + container.Name), "unconfined"u8);

    private static SortedSet<string> Sorted() => new(Wording.ByteOrder);
}
