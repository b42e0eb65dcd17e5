using System.Runtime.InteropServices;
using System.Text.Json;

namespace Coral.Policies.Bundles;

/// <summary>Finds the line of a field when a message needs it, so that documents without mistakes pay nothing for it.</summary>
internal abstract class LineMap
{
    public abstract int LineOf(JsonElement root, string path);

    /// <summary>The maps of the items of one of the root's arrays, in order. One pass, because lists can be long.</summary>
    public abstract IEnumerable<LineMap> Parts(JsonElement root, JsonElement array);

    /// <summary>The map of the same text with this many members put in front of the root's own.</summary>
    public abstract LineMap WithAdded(int members);
}

/// <summary>For JSON text: the document keeps its own text, so newlines are counted in it.</summary>
internal sealed class RawLines(int firstLine) : LineMap
{
    public override int LineOf(JsonElement root, string path)
    {
        var from = 0;
        return path.Length == 0 ? firstLine : firstLine + Newlines(root, JsonPath.Follow(root, path)[^1], ref from);
    }

    public override IEnumerable<LineMap> Parts(JsonElement root, JsonElement array)
    {
        var line = firstLine;
        var at = 0;
        foreach (var item in array.EnumerateArray())
        {
            line += Newlines(root, item, ref at);
            yield return new RawLines(line);
        }
    }

    public override LineMap WithAdded(int members) => this;

    /// <summary>Newlines from an offset to where an inner value begins, which becomes the new offset.</summary>
    private static int Newlines(JsonElement root, JsonElement inner, ref int from)
    {
        var all = JsonMarshal.GetRawUtf8Value(root);
        if (!all.Overlaps(JsonMarshal.GetRawUtf8Value(inner), out var offset)) return 0;
        var newlines = all[from..offset].Count((byte)'\n');
        from = offset;
        return newlines;
    }
}

/// <summary>For YAML text: one line for each value of the JSON that was made of it, parents before children.</summary>
internal sealed class ValueLines(ReadOnlyMemory<int> lines) : LineMap
{
    public override int LineOf(JsonElement root, string path)
    {
        var at = 0;
        var steps = JsonPath.Follow(root, path);
        for (var i = 1; i < steps.Count; i++) at += Before(steps[i - 1], steps[i]);
        return lines.Span[at];
    }

    public override IEnumerable<LineMap> Parts(JsonElement root, JsonElement array)
    {
        var start = Before(root, array) + 1;
        foreach (var item in array.EnumerateArray())
        {
            var count = Count(item);
            yield return new ValueLines(lines.Slice(start, count));
            start += count;
        }
    }

    public override LineMap WithAdded(int members)
    {
        var all = new int[lines.Length + members];
        Array.Fill(all, lines.Span[0], 0, members + 1);
        lines[1..].CopyTo(all.AsMemory(members + 1));
        return new ValueLines(all);
    }

    /// <summary>How many values stand in front of a child, its parent included.</summary>
    private static int Before(JsonElement parent, JsonElement child)
    {
        var before = 1;
        if (parent.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in parent.EnumerateArray())
            {
                if (Same(item, child)) break;
                before += Count(item);
            }
        }
        else
        {
            foreach (var member in parent.EnumerateObject())
            {
                if (Same(member.Value, child)) break;
                before += Count(member.Value);
            }
        }

        return before;
    }

    private static bool Same(JsonElement left, JsonElement right) =>
        JsonMarshal.GetRawUtf8Value(left).Overlaps(JsonMarshal.GetRawUtf8Value(right), out var offset) && offset == 0;

    private static int Count(JsonElement value) => 1 + value.ValueKind switch
    {
        JsonValueKind.Object => value.EnumerateObject().Sum(member => Count(member.Value)),
        JsonValueKind.Array => value.EnumerateArray().Sum(Count),
        _ => 0,
    };
}
