namespace Coral.Audit.Events.Redaction;

/// <summary>
/// Takes secrets out of text that comes from elsewhere: values of names that tell (<see cref="SecretNames"/>), tokens by their shape (<see cref="SecretShapes"/>), what follows an authentication scheme, user
/// information in addresses, private keys, and values of what looks like an environment variable. Rather too much than too little. Makes no garbage.
/// </summary>
internal static class SecretText
{
    public const string Marker = "[redacted]";

    /// <summary>What is cut off ends with this.</summary>
    private const string Ellipsis = "…";

    /// <summary>The text without secrets and not longer than <paramref name="room"/>; the text itself where nothing has to be changed.</summary>
    public static ReadOnlySpan<char> Clean(ReadOnlySpan<char> text, Span<char> room)
    {
        var output = new Output(room);
        var from = 0;
        for (var at = 0; at < text.Length;)
        {
            var (start, end) = Find(text, at);
            if (end == 0)
            {
                at = Next(text, at);
                continue;
            }

            output.Put(text[from..start]);
            output.Put(Marker);
            from = at = end;
        }

        if (from == 0 && text.Length <= room.Length) return text;
        output.Put(text[from..]);
        return output.Written;
    }

    /// <summary>Upper case, as environment variables are.</summary>
    public static bool IsVariable(ReadOnlySpan<char> name)
    {
        foreach (var c in name)
            if (!char.IsAsciiLetterUpper(c) && !char.IsAsciiDigit(c) && c != '_')
                return false;
        return char.IsAsciiLetterUpper(name[0]) || name[0] == '_';
    }

    /// <summary>The secret of the word that begins at <paramref name="at"/>; an end of 0 for none.</summary>
    private static (int Start, int End) Find(ReadOnlySpan<char> text, int at)
    {
        var rest = text[at..];
        if (rest.StartsWith("://", StringComparison.Ordinal)) return UserInformation(text, at + 3);
        if (SecretShapes.IsPrivateKey(rest)) return (at, KeyEnd(text, at));
        if (at > 0 && IsName(text[at - 1])) return default;
        if (SecretShapes.IsToken(rest)) return (at, ValueEnd(text, at));
        if (SecretShapes.Scheme(rest) is > 0 and var scheme) return (at + scheme, ValueEnd(text, at + scheme));
        return Named(text, at);
    }

    /// <summary>Where the next word, or what else can begin a secret, may be.</summary>
    private static int Next(ReadOnlySpan<char> text, int at)
    {
        at++;
        while (at < text.Length && IsName(text[at]) && IsName(text[at - 1]) && text[at] != '-') at++;
        return at;
    }

    private static (int Start, int End) UserInformation(ReadOnlySpan<char> text, int from)
    {
        var end = from;
        while (end < text.Length && !char.IsWhiteSpace(text[end]) && text[end] is not ('"' or '\'' or '`')) end++;
        var address = text[from..end];
        var last = address.LastIndexOf('@');
        if (last < 0) return default;
        // Without a colon an '@' in the path is no end of user information.
        if (!address[..last].Contains(':') && address[..last].Contains('/')) last = address[..address.IndexOf('/')].LastIndexOf('@');
        return last < 0 ? default : (from, from + last);
    }

    /// <summary>name=value, name: value, "name": "value" and the like.</summary>
    private static (int Start, int End) Named(ReadOnlySpan<char> text, int at)
    {
        var end = at;
        while (end < text.Length && IsName(text[end])) end++;
        if (end == at) return default;
        var name = text[at..end];
        var value = end;
        if (value < text.Length && text[value] is '"' or '\'') value++;
        while (value < text.Length && text[value] == ' ') value++;
        if (value >= text.Length || text[value] is not ('=' or ':')) return default;
        var isVariable = text[value] == '=' && value == end && IsVariable(name);
        if (!isVariable && !SecretNames.IsSecret(name)) return default;
        value++;
        while (value < text.Length && char.IsWhiteSpace(text[value])) value++;
        // Named twice, as in "Authorization: Bearer x", and then the scheme stays.
        if (SecretShapes.Scheme(text[value..]) is > 0 and var scheme) value += scheme;
        var stop = ValueEnd(text, value);
        return stop == value ? default : (value, stop);
    }

    private static int ValueEnd(ReadOnlySpan<char> text, int from)
    {
        if (from >= text.Length) return from;
        var quote = text[from];
        if (quote is '"' or '\'')
        {
            for (var i = from + 1; i < text.Length; i++)
            {
                if (text[i] == '\\') i++;
                else if (text[i] == quote) return i + 1;
            }

            return text.Length;
        }

        var end = from;
        while (end < text.Length && !char.IsWhiteSpace(text[end]) && text[end] is not ('&' or '"' or '\'')) end++;
        return end;
    }

    private static int KeyEnd(ReadOnlySpan<char> text, int from)
    {
        const string Close = "KEY-----";
        var close = text[from..].IndexOf("-----END", StringComparison.Ordinal);
        if (close < 0) return text.Length;
        var end = text[(from + close)..].IndexOf(Close, StringComparison.Ordinal);
        return end < 0 ? text.Length : from + close + end + Close.Length;
    }

    private static bool IsName(char c) => char.IsLetterOrDigit(c) || c is '_' or '-' or '.';

    private ref struct Output(Span<char> room)
    {
        private readonly Span<char> room = room;
        private int length;

        public readonly ReadOnlySpan<char> Written => room[..length];

        public void Put(ReadOnlySpan<char> part)
        {
            if (length + part.Length <= room.Length)
            {
                part.CopyTo(room[length..]);
                length += part.Length;
                return;
            }

            part[..(room.Length - length)].CopyTo(room[length..]);
            length = room.Length;
            Ellipsis.CopyTo(room[^Ellipsis.Length..]);
        }
    }
}
