using System.Text.Json;

namespace Coral.Policies.PodSecurity.Admission;

/// <summary>
/// Whether an update of a pod is judged at all. All that the checks read is immutable but images and ephemeral containers, so a pod that stands, older perhaps than its namespace's
/// level, may still be labelled or get a status: only a change of these counts, or of the number of containers. An ephemeral container that goes away does not count.
/// The old seccomp annotations may change too and have not counted since Kubernetes 1.27 (kubernetes#114846).
/// </summary>
internal static class SignificantUpdate
{
    public static bool Is(JsonElement pod, JsonElement old)
    {
        var (now, before) = (pod.Member("spec"u8), old.Member("spec"u8));
        return Changed(now, before, "containers"u8) || Changed(now, before, "initContainers"u8) || EphemeralChanged(now, before);
    }

    private static bool Changed(JsonElement now, JsonElement before, ReadOnlySpan<byte> list)
    {
        if (Length(now.Member(list)) != Length(before.Member(list))) return true;
        var old = before.Elements(list);
        foreach (var container in now.Elements(list))
        {
            old.MoveNext();
            if (ImageDiffers(container, old.Current)) return true;
        }

        return false;
    }

    private static bool EphemeralChanged(JsonElement now, JsonElement before)
    {
        foreach (var container in now.Elements("ephemeralContainers"u8))
        {
            if (!TryFind(before, RawText.Utf8(container.Member("name"u8)), out var old) || ImageDiffers(container, old)) return true;
        }

        return false;
    }

    private static bool TryFind(JsonElement before, ReadOnlySpan<byte> name, out JsonElement found)
    {
        foreach (var container in before.Elements("ephemeralContainers"u8))
        {
            found = container;
            if (RawText.Utf8(container.Member("name"u8)).SequenceEqual(name)) return true;
        }

        found = default;
        return false;
    }

    private static bool ImageDiffers(JsonElement now, JsonElement before) => !RawText.Utf8(now.Member("image"u8)).SequenceEqual(RawText.Utf8(before.Member("image"u8)));

    private static int Length(JsonElement list) => list.ValueKind == JsonValueKind.Array ? list.GetArrayLength() : 0;
}
