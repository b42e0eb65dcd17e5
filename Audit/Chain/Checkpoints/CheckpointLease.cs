using System.Text;
using System.Text.Json;

namespace Coral.Audit.Chain.Checkpoints;

/// <summary>A Lease whose annotation has the last checkpoints of one writer: the second place in a cluster. Only the JSON is here; the calls are the caller's.</summary>
public static class CheckpointLease
{
    /// <summary>The annotation: one JSON object a line, oldest first.</summary>
    public const string Annotation = "coral.io/audit-checkpoints";

    /// <summary>How many are kept; one would be enough to see that an end was cut off, more show where a forger began.</summary>
    public const int Kept = 8;

    private const string Prefix = "coral-audit-";

    /// <summary>The Lease's name.</summary>
    public static string NameOf(ulong writer) => $"{Prefix}{writer:x16}";

    /// <summary>The body of a server-side apply.</summary>
    /// <param name="namespaceName">The Lease's namespace.</param>
    /// <param name="holder">The process that writes.</param>
    /// <param name="checkpoints">The last ones of one writer, oldest first, at least one.</param>
    public static byte[] Write(string namespaceName, string holder, IReadOnlyList<SignedCheckpoint> checkpoints)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("apiVersion", "coordination.k8s.io/v1");
            json.WriteString("kind", "Lease");
            json.WriteStartObject("metadata");
            json.WriteString("name", NameOf(checkpoints[0].Statement.Writer));
            json.WriteString("namespace", namespaceName);
            json.WriteStartObject("annotations");
            json.WriteString(Annotation, Encoding.UTF8.GetString(CheckpointLines.Write(checkpoints.TakeLast(Kept))));
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteStartObject("spec");
            json.WriteString("holderIdentity", holder);
            json.WriteString("renewTime", checkpoints[^1].Statement.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", System.Globalization.CultureInfo.InvariantCulture));
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return stream.ToArray();
    }

    /// <summary>Adds what a Lease has; one without the annotation is passed over.</summary>
    public static void Read(JsonElement lease, SecondPlace place)
    {
        if (!lease.TryGetProperty("metadata", out var metadata) || !metadata.TryGetProperty("annotations", out var annotations) || !annotations.TryGetProperty(Annotation, out var lines)) return;
        place.Add($"Lease {(metadata.TryGetProperty("name", out var name) ? name.GetString() : "?")}", CheckpointLines.Read(lines.GetString() ?? ""));
    }
}
