using System.Text.Json;
using Coral.Audit.Chain;
using Coral.Audit.Events;
using Coral.Audit.Spool;

namespace Coral.Audit.Tests.Events;

/// <summary>Documents as the spool keeps them: samples without a link.</summary>
internal static class Encoded
{
    public static byte[] Bytes(AuditEvent e)
    {
        using var chain = e.Stream.Class == StreamClass.Audit ? ChainHead.Open("", null, 0) : null;
        using var encoder = new EventEncoder(new WriterIdentity(Workspace.Writer, 3), chain);
        var buffer = new FrameBuffer();
        encoder.Encode(buffer, e, 42, SpoolFrameKinds.None);
        return new SpoolFrame(buffer.Current.ToArray()).Document.ToArray();
    }

    public static JsonElement Json(AuditEvent e) => JsonElement.Parse(Bytes(e));

    /// <summary>Every value by its path, arrays apart; what stands below <paramref name="opaque"/> counts as one value.</summary>
    public static IEnumerable<(string Path, JsonElement Value)> Fields(JsonElement json, Func<string, bool> opaque, string prefix = "")
    {
        foreach (var member in json.EnumerateObject())
        {
            var path = prefix + member.Name;
            foreach (var value in member.Value.ValueKind == JsonValueKind.Array ? [.. member.Value.EnumerateArray()] : new[] { member.Value })
            {
                if (value.ValueKind != JsonValueKind.Object || opaque(path))
                {
                    yield return (path, value);
                    continue;
                }

                foreach (var inner in Fields(value, opaque, path + ".")) yield return inner;
            }
        }
    }
}
