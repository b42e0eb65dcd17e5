using System.Text.Json;

namespace Coral.Bench.Inputs;

/// <summary>AdmissionReviews as an API server sends them: the kit's where it is there, so that figures compare with those of other webhooks, else one of ours.</summary>
internal static class Reviews
{
    /// <summary>About 10 KB: a hardened pod of a Deployment with two containers.</summary>
    internal static byte[] Typical { get; } = Kit("pod-deployment.json") ?? Embedded();

    /// <summary>About 88 KB; without the kit the typical pod with its containers many times over.</summary>
    internal static byte[] Large { get; } = Kit("pod-large.json") ?? Enlarged(Embedded());

    /// <summary>The pod of a review, parsed once and kept.</summary>
    internal static JsonElement Pod(byte[] review) => JsonElement.Parse(review).GetProperty("request").GetProperty("object");

    private static byte[]? Kit(string name)
    {
        for (var folder = new DirectoryInfo(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
        {
            var file = Path.Join(folder.FullName, "shared", "kit", "reviews", name);
            if (File.Exists(file)) return File.ReadAllBytes(file);
        }

        return null;
    }

    /// <summary>Ours, the same on every machine.</summary>
    internal static byte[] Embedded()
    {
        using var stream = typeof(Reviews).Assembly.GetManifestResourceStream("typical-review.json")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private static byte[] Enlarged(byte[] review)
    {
        var root = System.Text.Json.Nodes.JsonNode.Parse(review)!;
        var containers = root["request"]!["object"]!["spec"]!["containers"]!.AsArray();
        var first = containers[0]!;
        for (var at = 1; at <= 40; at++)
        {
            var copy = first.DeepClone();
            copy["name"] = $"copy-{at}";
            containers.Add(copy);
        }

        return System.Text.Encoding.UTF8.GetBytes(root.ToJsonString());
    }
}
