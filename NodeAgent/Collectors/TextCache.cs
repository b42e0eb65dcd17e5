using System.Text;

namespace Coral.NodeAgent.Collectors;

/// <summary>Turns bytes of records into text: the same bytes give the same string, so that what comes often is made once. Not thread safe.</summary>
internal sealed class TextCache
{
    private const int Most = 8192;
    private const int LongestKept = 256;

    private readonly HashSet<string> texts = new(StringComparer.Ordinal);

    /// <summary>The text; what is no UTF-8 is replaced.</summary>
    internal string Text(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length > LongestKept) return Encoding.UTF8.GetString(bytes);
        Span<char> characters = stackalloc char[LongestKept];
        var text = characters[..Encoding.UTF8.GetChars(bytes, characters)];
        if (texts.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var known)) return known;
        if (texts.Count == Most) texts.Clear();
        var made = new string(text);
        texts.Add(made);
        return made;
    }
}
