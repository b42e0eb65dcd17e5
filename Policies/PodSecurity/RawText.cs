using System.Buffers;
using System.Buffers.Text;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace Coral.Policies.PodSecurity;

/// <summary>
/// Names and strings of raw JSON as UTF-8, without allocating in the usual case. <see cref="JsonElement"/>'s own readers throw at half a surrogate pair;
/// the API server's decoder reads U+FFFD there, and so do we, because nothing in a pod may make an evaluation fail.
/// </summary>
internal static class RawText
{
    public static ReadOnlySpan<byte> NameOf(JsonProperty member) => Plain(JsonMarshal.GetRawUtf8PropertyName(member));

    /// <summary>Empty for what is no string: a decoder has null and absent as the empty string.</summary>
    public static ReadOnlySpan<byte> Utf8(JsonElement text) =>
        text.ValueKind == JsonValueKind.String ? Plain(JsonMarshal.GetRawUtf8Value(text)[1..^1]) : default;

    public static string Of(JsonElement text) => Encoding.UTF8.GetString(Utf8(text));

    public static string NameTextOf(JsonProperty member) => Encoding.UTF8.GetString(NameOf(member));

    public static bool Is(JsonElement text, ReadOnlySpan<byte> value) => Utf8(text).SequenceEqual(value);

    /// <summary>The member, or Undefined; the last one where a name stands twice, as the API server's decoder has it.</summary>
    public static JsonElement Member(this JsonElement parent, ReadOnlySpan<byte> name)
    {
        if (parent.ValueKind != JsonValueKind.Object) return default;
        try
        {
            return parent.TryGetProperty(name, out var value) ? value : default;
        }
        catch (InvalidOperationException)
        {
            return MemberBesideBrokenNames(parent, name);
        }
    }

    /// <inheritdoc cref="Member(JsonElement, ReadOnlySpan{byte})"/>
    public static JsonElement Member(this JsonElement parent, string name) => parent.Member(Encoding.UTF8.GetBytes(name));

    /// <summary>The items of an array member; none when it is absent or something else.</summary>
    public static JsonElement.ArrayEnumerator Elements(this JsonElement parent, ReadOnlySpan<byte> name)
    {
        var value = parent.Member(name);
        return value.ValueKind == JsonValueKind.Array ? value.EnumerateArray() : default;
    }

    private static JsonElement MemberBesideBrokenNames(JsonElement parent, ReadOnlySpan<byte> name)
    {
        JsonElement found = default;
        foreach (var member in parent.EnumerateObject())
        {
            if (NameOf(member).SequenceEqual(name)) found = member.Value;
        }

        return found;
    }

    private static ReadOnlySpan<byte> Plain(ReadOnlySpan<byte> raw) => raw.Contains((byte)'\\') ? Unescape(raw) : raw;

    private static ReadOnlySpan<byte> Unescape(ReadOnlySpan<byte> raw)
    {
        var text = new ArrayBufferWriter<byte>(raw.Length);
        while (raw.IndexOf((byte)'\\') is var at and >= 0)
        {
            text.Write(raw[..at]);
            var escape = raw[at + 1];
            raw = raw[(at + 2)..];
            if (escape != 'u')
            {
                text.Write<byte>([escape switch { (byte)'b' => 8, (byte)'t' => 9, (byte)'n' => 10, (byte)'f' => 12, (byte)'r' => 13, _ => escape }]);
                continue;
            }

            var first = Hex(raw);
            raw = raw[4..];
            if (!Rune.TryCreate(first, out var rune))
            {
                rune = Rune.ReplacementChar;
                if (raw.StartsWith("\\u"u8) && Rune.TryCreate(first, Hex(raw[2..]), out var pair))
                {
                    rune = pair;
                    raw = raw[6..];
                }
            }

            text.Advance(rune.EncodeToUtf8(text.GetSpan(4)));
        }

        text.Write(raw);
        return text.WrittenSpan;
    }

    private static char Hex(ReadOnlySpan<byte> digits) => Utf8Parser.TryParse(digits[..4], out ushort value, out _, 'x') ? (char)value : '\0';
}
