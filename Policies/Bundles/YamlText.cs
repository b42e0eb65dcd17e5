using System.Text.Json;

namespace Coral.Policies.Bundles;

/// <summary>
/// Writes JSON as YAML, for results that people read: block style as <c>kubectl get -o yaml</c> prints it (lists at the column of their key), members in
/// their order, text in quotes only where it would be read as something else, text of several lines as a block, nothing folded.
/// Reading the result with <see cref="YamlDocuments"/> gives the same JSON. Thread safe.
/// </summary>
public static class YamlText
{
    // YAML gives up on a key that is longer than 1024 characters on its line, unless a question mark announces it.
    private const int LongestPlainKey = 1000;

    /// <summary>Writes one document, with a newline at its end and without <c>---</c>. Newlines are <c>\n</c> whatever the writer's own are.</summary>
    public static void Write(JsonElement value, TextWriter output) => Node(value, output, indent: 0, after: After.Nothing);

    /// <summary>What stands on the line already.</summary>
    private enum After
    {
        Nothing,
        Key,
        Dash,
    }

    private static void Node(JsonElement value, TextWriter output, int indent, After after)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object when value.EnumerateObject().MoveNext():
                Mapping(value, output, indent, after);
                break;
            case JsonValueKind.Array when value.GetArrayLength() > 0:
                Sequence(value, output, indent, after);
                break;
            default:
                if (after != After.Nothing) output.Write(' ');
                Leaf(value, output, indent);
                break;
        }
    }

    private static void Mapping(JsonElement value, TextWriter output, int indent, After after)
    {
        if (after == After.Key) output.Write('\n');
        var first = true;
        foreach (var member in value.EnumerateObject())
        {
            // The first key of a list's item stands on the line of its dash.
            if (first && after == After.Dash) output.Write(' ');
            else Indent(output, indent);
            first = false;
            var key = YamlQuoting.Inline(member.Name);
            if (key.Length > LongestPlainKey)
            {
                output.Write("? ");
                output.Write(key);
                output.Write('\n');
                Indent(output, indent);
            }
            else
            {
                output.Write(key);
            }

            output.Write(':');
            // A list stands at the column of its key, anything else two to the right.
            Node(member.Value, output, member.Value.ValueKind == JsonValueKind.Array ? indent : indent + 2, After.Key);
        }
    }

    private static void Sequence(JsonElement value, TextWriter output, int indent, After after)
    {
        if (after == After.Key) output.Write('\n');
        var first = true;
        foreach (var item in value.EnumerateArray())
        {
            if (first && after == After.Dash) output.Write(' ');
            else Indent(output, indent);
            first = false;
            output.Write('-');
            Node(item, output, indent + 2, After.Dash);
        }
    }

    private static void Leaf(JsonElement value, TextWriter output, int indent)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                output.Write("{}");
                break;
            case JsonValueKind.Array:
                output.Write("[]");
                break;
            case JsonValueKind.String when YamlQuoting.FitsBlock(value.GetString()!):
                Block(value.GetString()!, output, Math.Max(indent, 2));
                return;
            case JsonValueKind.String:
                output.Write(YamlQuoting.Inline(value.GetString()!));
                break;
            default:
                output.Write(value.ValueKind == JsonValueKind.Undefined ? "null" : value.GetRawText());
                break;
        }

        output.Write('\n');
    }

    private static void Block(string text, TextWriter output, int indent)
    {
        var ends = text.EndsWith('\n');
        output.Write(!ends ? "|-\n" : text.EndsWith("\n\n", StringComparison.Ordinal) ? "|+\n" : "|\n");
        var body = ends ? text.AsSpan(0, text.Length - 1) : text;
        foreach (var range in body.Split('\n'))
        {
            var line = body[range];
            if (line.Length > 0) Indent(output, indent);
            output.Write(line);
            output.Write('\n');
        }
    }

    private static void Indent(TextWriter output, int columns)
    {
        for (var i = 0; i < columns; i++) output.Write(' ');
    }
}
