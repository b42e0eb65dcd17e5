using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Coral.Policies.Bundles;

/// <summary>How a text is written so that every YAML reader, of version 1.1 or 1.2, reads the same text again.</summary>
internal static partial class YamlQuoting
{
    /// <summary>What begins something other than text. <c>?</c> and <c>:</c> may begin text in some places; quotes do no harm there.</summary>
    private static readonly SearchValues<char> Indicators = SearchValues.Create("?:,[]{}#&*!|>'\"%@`=");

    /// <summary>Whether a text of several lines can stand as a block; lines that begin with white space or end with a character that would need an escape can't.</summary>
    public static bool FitsBlock(string text)
    {
        var newline = text.IndexOf('\n');
        if (newline < 0 || newline == 0 || text[0] is ' ' or '\t') return false;
        if (text.AsSpan().Trim('\n').IsEmpty) return false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (rune.Value != '\n' && !IsPrintable(rune)) return false;
        }

        return true;
    }

    /// <summary>The text on one line: plain, in double quotes, in single quotes where that saves escapes, or escaped.</summary>
    public static string Inline(string text)
    {
        if (IsPlain(text)) return text;
        var printable = true;
        foreach (var rune in text.EnumerateRunes()) printable &= IsPrintable(rune);
        if (!printable) return Escaped(text);
        return text.AsSpan().ContainsAny('"', '\\') ? $"'{text.Replace("'", "''", StringComparison.Ordinal)}'" : $"\"{text}\"";
    }

    private static bool IsPlain(string text)
    {
        if (text.Length == 0 || YamlScalars.Resolve(text, out _) != ScalarKind.String) return false;
        if (text[0] is ' ' || text[^1] is ' ' or ':') return false;
        if (Indicators.Contains(text[0])) return false;
        if (text[0] == '-' && (text.Length == 1 || text[1] == ' ' || text.StartsWith("---", StringComparison.Ordinal))) return false;
        if (text.StartsWith("...", StringComparison.Ordinal) || text == "<<") return false;
        // The last is allowed, but YamlDotNet does not take such a text for a key.
        if (text.Contains(": ", StringComparison.Ordinal) || text.Contains(" #", StringComparison.Ordinal) || text.Contains(" *", StringComparison.Ordinal)) return false;
        if (LooksLikeTimeOrNumber().IsMatch(text)) return false;
        foreach (var rune in text.EnumerateRunes())
        {
            if (!IsPrintable(rune) || rune.Value == '\t') return false;
        }

        return true;
    }

    private static bool IsPrintable(Rune rune) => rune.Value switch
    {
        '\t' => true,
        < 0x20 or (>= 0x7F and < 0xA0) or 0x2028 or 0x2029 or 0xFEFF or 0xFFFE or 0xFFFF => false,
        _ => Rune.GetUnicodeCategory(rune) is not (UnicodeCategory.Format or UnicodeCategory.Control or UnicodeCategory.OtherNotAssigned),
    };

    private static string Escaped(string text)
    {
        var escaped = new StringBuilder("\"", text.Length + 8);
        foreach (var rune in text.EnumerateRunes())
        {
            _ = rune.Value switch
            {
                '"' => escaped.Append("\\\""),
                '\\' => escaped.Append("\\\\"),
                '\n' => escaped.Append("\\n"),
                '\r' => escaped.Append("\\r"),
                '\t' => escaped.Append("\\t"),
                _ when IsPrintable(rune) => escaped.Append(rune.ToString()),
                < 0x100 => escaped.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:X2}"),
                < 0x10000 => escaped.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}"),
                _ => escaped.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:X8}"),
            };
        }

        return escaped.Append('"').ToString();
    }

    /// <summary>
    /// Dates, numbers to the base of 60 (<c>1:30</c> is 90 in YAML 1.1) and numbers that only some readers take for one: kubectl reads them as text, others don't.
    /// </summary>
    [GeneratedRegex(@"^([-+.]?[0-9][-+0-9_:.eE]*|[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?|[-+]?0[xXoObB][0-9A-Fa-f_]*)\z", RegexOptions.CultureInvariant)]
    private static partial Regex LooksLikeTimeOrNumber();
}
