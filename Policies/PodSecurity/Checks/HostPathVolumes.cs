using System.Text.Json;

namespace Coral.Policies.PodSecurity.Checks;

/// <summary>
/// No volume may be a path of the node, read-only or not. Field: <c>volumes[*].hostPath</c>: absent.
/// In restricted, restrictedVolumes takes its place at every version.
/// </summary>
internal static class HostPathVolumes
{
    public const string Id = "hostPathVolumes";

    public static readonly Check Check = new(Id, Level.Baseline, [new(0, hostPathVolumes_1_0)]);

    public static Violation? hostPathVolumes_1_0(in PodFacts pod)
    {
        List<string>? names = null;
        foreach (var volume in pod.View.Volumes)
        {
            if (volume.Member("hostPath"u8).ValueKind == JsonValueKind.Object) (names ??= []).Add(RawText.Of(volume.Member("name"u8)));
        }

        return names is null ? null : new Violation(Id, "hostPath volumes", $"{Wording.Plural("volume", names.Count)} {Wording.Quoted(names)}");
    }
}
