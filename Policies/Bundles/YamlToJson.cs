using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Coral.Policies.Bundles;

/// <summary>Writes a YAML document as JSON, aliases and merge keys resolved. Used for one document.</summary>
internal sealed class YamlToJson(string file, int parsedNodes, int textLength, List<BundleProblem> problems)
{
    // Aliases may repeat a part many times, and parts of parts: without an end, a page of text becomes gigabytes. The API server takes no object above 3 MiB.
    private const int RepeatedValues = 100_000;
    private const int RepeatedBytes = 16 * 1024 * 1024;

    private readonly ArrayBufferWriter<byte> buffer = new(Math.Max(256, textLength < 65536 ? textLength : 65536));
    private readonly List<int> lines = [];
    private int work = RepeatedValues + (2 * parsedNodes);

    public (JsonElement Json, int[] Lines) Convert(YamlMapping root)
    {
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true }))
        {
            Write(writer, root, root.Line, "");
        }

        return (JsonElement.Parse(buffer.WrittenSpan, JsonLimits.Lenient), lines.ToArray());
    }

    private void Write(Utf8JsonWriter writer, YamlNode node, int line, string path)
    {
        Charge(node, writer.BytesCommitted + writer.BytesPending);
        lines.Add(line);
        switch (node)
        {
            case YamlMapping mapping:
                writer.WriteStartObject();
                foreach (var (name, (value, keyLine)) in Members(mapping, path))
                {
                    writer.WritePropertyName(name);
                    Write(writer, value, keyLine, JsonPath.Member(path, name));
                }

                writer.WriteEndObject();
                break;
            case YamlSequence sequence:
                writer.WriteStartArray();
                for (var i = 0; i < sequence.Items.Count; i++)
                {
                    Write(writer, sequence.Items[i], sequence.Items[i].Line, JsonPath.Item(path, i));
                }

                writer.WriteEndArray();
                break;
            case YamlScalar scalar:
                Write(writer, scalar);
                break;
        }
    }

    private static void Write(Utf8JsonWriter writer, YamlScalar scalar)
    {
        switch (YamlScalars.Resolve(scalar, out var text))
        {
            case ScalarKind.Null:
                writer.WriteNullValue();
                break;
            case ScalarKind.True:
                writer.WriteBooleanValue(true);
                break;
            case ScalarKind.False:
                writer.WriteBooleanValue(false);
                break;
            case ScalarKind.Integer or ScalarKind.Float:
                writer.WriteRawValue(text, skipInputValidation: true);
                break;
            case ScalarKind.NotFinite:
                throw new YamlFault(scalar.Line, scalar.Column, $"JSON has no {scalar.Text}; quote it if it is meant as text");
            default:
                writer.WriteStringValue(text);
                break;
        }
    }

    /// <summary>
    /// The members in the order of the text, merges resolved. As for kubectl, a merge overwrites what stands above it and is overwritten by what stands
    /// below it (the YAML specification would let the mapping's own keys win everywhere).
    /// </summary>
    private OrderedDictionary<string, (YamlNode Value, int Line)> Members(YamlMapping mapping, string? path)
    {
        var members = new OrderedDictionary<string, (YamlNode, int)>(mapping.Entries.Count, StringComparer.Ordinal);
        var own = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (key, value) in mapping.Entries)
        {
            if (IsMerge(key))
            {
                Merge(members, value);
                continue;
            }

            var name = Name(key);
            if (!own.TryAdd(name, key.Line) && path is not null) problems.Add(JsonMistakes.Duplicate(file, key.Line, path, name, own[name]));
            members[name] = (value, key.Line);
        }

        return members;
    }

    private void Merge(OrderedDictionary<string, (YamlNode Value, int Line)> into, YamlNode source)
    {
        Charge(source, 0);
        switch (source)
        {
            case YamlMapping mapping:
                // Its duplicates are reported where it stands.
                foreach (var (name, member) in Members(mapping, path: null))
                {
                    Charge(source, 0);
                    into[name] = member;
                }

                break;
            case YamlSequence sequence:
                // The first of several mappings wins.
                for (var i = sequence.Items.Count - 1; i >= 0; i--)
                {
                    if (sequence.Items[i] is not YamlMapping) goto default;
                    Merge(into, sequence.Items[i]);
                }

                break;
            default:
                throw new YamlFault(source.Line, source.Column, "the merge key << takes a mapping or a list of mappings");
        }
    }

    private static bool IsMerge(YamlNode key) =>
        key is YamlScalar { Text: "<<" } scalar && (scalar.Tag is null ? scalar.Plain : scalar.Tag == "tag:yaml.org,2002:merge");

    /// <summary>Keys that are no strings become strings, in the spelling of kubectl: <c>yes</c> is <c>true</c>, <c>0x10</c> is <c>16</c>.</summary>
    private static string Name(YamlNode key)
    {
        if (key is not YamlScalar scalar) throw new YamlFault(key.Line, key.Column, "a key must be text, found a list or a mapping");
        return YamlScalars.Resolve(scalar, out var text) switch
        {
            ScalarKind.Null => throw new YamlFault(key.Line, key.Column, "a key must be text, found null"),
            ScalarKind.True => "true",
            ScalarKind.False => "false",
            ScalarKind.Float when double.Parse(text, CultureInfo.InvariantCulture) is var number && double.IsFinite(number) => ((float)number).ToString("R", CultureInfo.InvariantCulture),
            _ => text,
        };
    }

    private void Charge(YamlNode node, long written)
    {
        if (--work < 0 || written > RepeatedBytes + (8L * textLength)) throw new YamlFault(node.Line, node.Column, "aliases (*name) repeat too much text");
    }
}
