using System.Text.Json;

namespace Coral.Policies.PodSecurity.Checks;

/// <summary>
/// Volumes may come only from the API, from the node's scratch space, or from storage behind a claim; drivers of the node's own kernel and hostPath may not be named
/// in the pod. Allowed kinds in <c>volumes[*]</c>: configMap, csi, downwardAPI, emptyDir, ephemeral, image, persistentVolumeClaim, projected, secret.
/// A volume without a kind that the API knows is an emptyDir: the API server's defaulting makes it one before this check runs.
/// (The kind image is allowed at every policy version by servers from 1.33 on.)
/// </summary>
internal static class RestrictedVolumes
{
    public const string Id = "restrictedVolumes";

    public static readonly Check Check = new(Id, Level.Restricted, [new(0, restrictedVolumes_1_0)], Overrides: HostPathVolumes.Id);

    // In the reference's order: were a volume to have two kinds, the first would be named.
    private static readonly string[] Restricted =
    [
        "hostPath", "gcePersistentDisk", "awsElasticBlockStore", "gitRepo", "nfs", "iscsi", "glusterfs", "rbd", "flexVolume", "cinder", "cephfs", "flocker", "fc",
        "azureFile", "vsphereVolume", "quobyte", "azureDisk", "photonPersistentDisk", "portworxVolume", "scaleIO", "storageos",
    ];

    public static Violation? restrictedVolumes_1_0(in PodFacts pod)
    {
        List<string>? names = null;
        SortedSet<string>? kinds = null;
        foreach (var volume in pod.View.Volumes)
        {
            if (IsAllowed(volume) || RestrictedKind(volume) is not { } kind) continue;
            (names ??= []).Add(RawText.Of(volume.Member("name"u8)));
            (kinds ??= new(StringComparer.Ordinal)).Add(kind);
        }

        if (names is null) return null;
        var what = $"{Wording.Uses(names.Count)} {Wording.Plural("restricted volume type", kinds!.Count)} {Wording.Quoted(kinds)}";
        return new Violation(Id, "restricted volume types", $"{Wording.Plural("volume", names.Count)} {Wording.Quoted(names)} {what}");
    }

    private static bool IsAllowed(JsonElement volume)
    {
        foreach (var member in volume.EnumerateObject())
        {
            if (member.Value.ValueKind == JsonValueKind.Object && IsAllowedKind(RawText.NameOf(member))) return true;
        }

        return false;
    }

    private static bool IsAllowedKind(ReadOnlySpan<byte> kind) =>
        kind.SequenceEqual("configMap"u8)
        || kind.SequenceEqual("csi"u8)
        || kind.SequenceEqual("downwardAPI"u8)
        || kind.SequenceEqual("emptyDir"u8)
        || kind.SequenceEqual("ephemeral"u8)
        || kind.SequenceEqual("image"u8)
        || kind.SequenceEqual("persistentVolumeClaim"u8)
        || kind.SequenceEqual("projected"u8)
        || kind.SequenceEqual("secret"u8);

    private static string? RestrictedKind(JsonElement volume) =>
        Array.Find(Restricted, kind => volume.Member(kind).ValueKind == JsonValueKind.Object);
}
