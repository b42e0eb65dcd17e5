using System.Collections.Immutable;

namespace Coral.Policies.Selection;

/// <summary>Warnings of one decision, allocated with the first. The API server cuts each at 256 characters, so do we, at a place we choose.</summary>
internal struct WarningList
{
    private const int Longest = 256;
    private ImmutableArray<string> items;

    internal void Add(string warning)
    {
        var text = "coral: " + warning;
        if (text.Length > Longest) text = text[..(Longest - 1)] + "…";
        items = items.IsDefault ? [text] : items.Add(text);
    }

    internal void AddAll(WarningList others)
    {
        if (others.items.IsDefault) return;
        items = items.IsDefault ? others.items : items.AddRange(others.items);
    }

    internal readonly ImmutableArray<string> ToArray() => items.IsDefault ? [] : items;
}
