using System.Globalization;
using System.Text;

namespace Coral.Policies.PodSecurity;

/// <summary>Parts of sentences, built as the reference builds them. The texts are an interface: people grep for them.</summary>
internal static class Wording
{
    /// <summary>The reference sorts by the bytes of UTF-8, which differs from ordinal order where surrogates meet U+E000 and above.</summary>
    public static readonly IComparer<string> ByteOrder = Comparer<string>.Create(CompareBytes);

    /// <summary><c>"a", "b"</c>; the items are not escaped.</summary>
    public static string Quoted(IEnumerable<string> items) => $"\"{string.Join("\", \"", items)}\"";

    /// <summary><c>container "a"</c> or <c>containers "a", "b"</c>.</summary>
    public static string Containers(List<string> names) => $"{Plural("container", names.Count)} {Quoted(names)}";

    /// <summary>Who set a value: <c>pod</c>, containers, or <c>pod and container "a"</c>.</summary>
    public static string Setters(bool pod, List<string>? containers) => (pod, containers) switch
    {
        (true, null) => "pod",
        (true, _) => $"pod and {Containers(containers)}",
        _ => Containers(containers!),
    };

    public static string Plural(string noun, int count) => count == 1 ? noun : noun + "s";

    /// <summary><c>uses</c> for one, <c>use</c> for more.</summary>
    public static string Uses(int count) => count == 1 ? "uses" : "use";

    /// <summary>A Go string literal (<c>%q</c>): quotes, backslashes and what can't be printed are escaped.</summary>
    public static string GoLiteral(string text)
    {
        var literal = new StringBuilder(text.Length + 2).Append('"');
        foreach (var rune in text.EnumerateRunes()) AppendGo(literal, rune);
        return literal.Append('"').ToString();
    }

    private static void AppendGo(StringBuilder literal, Rune rune)
    {
        if (rune.Value is '"' or '\\') literal.Append('\\').Append((char)rune.Value);
        else if (IsPrintable(rune)) literal.Append(rune);
        else if (rune.Value is >= 7 and <= 13) literal.Append('\\').Append("abtnvfr"[rune.Value - 7]);
        else if (rune.Value is < ' ' or 0x7f) literal.Append("\\x").Append(rune.Value.ToString("x2", CultureInfo.InvariantCulture));
        else if (rune.IsBmp) literal.Append("\\u").Append(rune.Value.ToString("x4", CultureInfo.InvariantCulture));
        else literal.Append("\\U").Append(rune.Value.ToString("x8", CultureInfo.InvariantCulture));
    }

    private static bool IsPrintable(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
        or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.SpaceSeparator);

    private static int CompareBytes(string left, string right)
    {
        for (var i = 0; i < left.Length && i < right.Length; i++)
        {
            if (left[i] == right[i]) continue;
            var surrogates = char.IsSurrogate(left[i]).CompareTo(char.IsSurrogate(right[i]));
            return surrogates != 0 && left[i] >= '\ud800' && right[i] >= '\ud800' ? surrogates : left[i].CompareTo(right[i]);
        }

        return left.Length.CompareTo(right.Length);
    }
}
