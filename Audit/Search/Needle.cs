using System.Text;

namespace Coral.Audit.Search;

/// <summary>Bytes that stand in every document that a condition wants. Looking for them is as fast as memory is.</summary>
internal sealed class Needle
{
    /// <summary>From the rarest to the commonest in our documents; what is not in it is commoner still.</summary>
    private const string Rarity = "zqjxkwyvbhfgupmldcnsroitae";

    private readonly byte[] bytes;
    private readonly bool anyCase;
    private readonly int anchor;
    private readonly byte lower;
    private readonly byte upper;

    private Needle(string text, bool anyCase)
    {
        bytes = Encoding.ASCII.GetBytes(anyCase ? text.ToLowerInvariant() : text);
        this.anyCase = anyCase;
        if (!anyCase) return;
        anchor = Enumerable.Range(0, bytes.Length).MinBy(i => Rarity.IndexOf((char)bytes[i]) is >= 0 and var rank ? rank : Rarity.Length);
        lower = bytes[anchor];
        upper = (byte)char.ToUpperInvariant((char)lower);
    }

    /// <summary>A member with that text as its value; null when there is no condition, or JSON may write the value in more than one way.</summary>
    public static Needle? OfMember(string name, string? value) => value is not null && value.All(IsPlain) ? new Needle($"\"{name}\":\"{value}\"", anyCase: false) : null;

    /// <summary>A value of any kind, alone or in a list.</summary>
    public static Needle? OfValue(string value) => value.Length > 0 && value.All(IsPlain) ? new Needle(value, anyCase: false) : null;

    /// <summary>A word in any case: its longest part that JSON writes in one way only, and in which no other letters count as the same. Null where it has none.</summary>
    public static Needle? OfWord(string word)
    {
        var (start, length) = (0, 0);
        for (var from = 0; from < word.Length; from++)
        {
            var to = from;
            while (to < word.Length && IsPlain(word[to])) to++;
            if (to - from > length) (start, length) = (from, to - from);
            from = to;
        }

        return length > 0 ? new Needle(word.Substring(start, length), anyCase: true) : null;
    }

    public bool IsIn(ReadOnlySpan<byte> text)
    {
        if (!anyCase) return text.IndexOf(bytes) >= 0;
        // The anchor can't stand nearer to either end.
        for (var at = anchor; at <= text.Length - (bytes.Length - anchor); at++)
        {
            var next = text[at..].IndexOfAny(lower, upper);
            if (next < 0) return false;
            at += next;
            if (at <= text.Length - (bytes.Length - anchor) && Ascii.EqualsIgnoreCase(text.Slice(at - anchor, bytes.Length), bytes)) return true;
        }

        return false;
    }

    private static bool IsPlain(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or ':' or '/';
}
