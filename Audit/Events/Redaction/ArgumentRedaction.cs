using System.Buffers;

namespace Coral.Audit.Events.Redaction;

/// <summary>
/// Takes secrets out of a command line, argument by argument in order: besides what <see cref="SecretText"/> finds, the argument after a flag or word that tells (<c>--token X</c>, <c>token X</c>), short flags of known programs
/// (<c>mysql -pX</c>, <c>curl -u user:X</c>), and values of variables (<c>NAME=X</c>, <c>-e name=X</c>). A secret that is a word like any other cannot be told.
/// </summary>
internal ref struct ArgumentRedaction(Span<char> room)
{
    private static readonly SearchValues<char> NoName = SearchValues.Create(" \"':/?\n\t{[(");

    private readonly Span<char> text = room[..(room.Length / 3)];
    private readonly Span<char> words = room[(room.Length / 3)..(room.Length / 3 * 2)];
    private readonly Span<char> single = room[(room.Length / 3 * 2)..];
    private ProgramFlags? program;
    private Expected next;
    private bool isEnv;
    private bool isKey;

    private enum Expected
    {
        Anything,
        Secret,
        Variable,
    }

    /// <summary>The argument without secrets, good until the next call, not longer than a third of the room.</summary>
    public ReadOnlySpan<char> Clean(ReadOnlySpan<char> argument)
    {
        var isWhole = next == Expected.Secret || HasSecret(argument) || Assigned(argument, next == Expected.Variable || isEnv) > 0;
        return isWhole || !argument.ContainsAny(' ', '\n', '\t') ? Word(argument, text) : Words(SecretText.Clean(argument, text));
    }

    /// <summary>The script of a shell is a command line as well.</summary>
    private ReadOnlySpan<char> Words(ReadOnlySpan<char> script)
    {
        var length = 0;
        for (var at = 0; at < script.Length;)
        {
            var end = at;
            while (end < script.Length && !char.IsWhiteSpace(script[end])) end++;
            var word = end == at ? [] : Word(script[at..end], single);
            at = end + 1;
            if (length + word.Length + 1 > words.Length) break;
            word.CopyTo(words[length..]);
            length += word.Length;
            if (end < script.Length) words[length++] = ' ';
        }

        return words[..length];
    }

    private ReadOnlySpan<char> Word(ReadOnlySpan<char> word, Span<char> room)
    {
        if (IsKey(word)) return SecretText.Marker;
        var expected = next;
        next = Expected.Anything;
        if (expected == Expected.Secret)
        {
            // The name of a scheme stands before the secret.
            if (!SecretShapes.IsScheme(word)) return SecretText.Marker;
            next = Expected.Secret;
            return word;
        }

        // First, because what follows such a flag may look like a name and its value.
        if (HasSecret(word)) return Masked(word[..2], room);
        if (Assigned(word, expected == Expected.Variable || isEnv) is > 0 and var value) return Masked(word[..value], room);
        if (KnownPrograms.Find(word) is { } known) program = known;
        isEnv |= word is "env" or "/usr/bin/env" or "/bin/env" or "export";
        if (SecretShapes.IsScheme(word) || SecretNames.IsPlain(word) || (word.Length > 1 && word[^1] is ':' or '=' && SecretNames.IsSecret(word[..^1]))) next = Expected.Secret;
        else if (word.StartsWith('-') && !word.Contains('='))
        {
            if (SecretNames.IsSecret(word) || (program is not null && program.TakesSecret(word))) next = Expected.Secret;
            else if (word is "-e" or "--env" or "--build-arg") next = Expected.Variable;
        }

        return SecretText.Clean(word, room);
    }

    /// <summary>A private key that a shell has taken apart at its blanks.</summary>
    private bool IsKey(ReadOnlySpan<char> word)
    {
        if (word.StartsWith("-----BEGIN", StringComparison.Ordinal)) isKey = true;
        if (!isKey) return false;
        isKey = !word.Contains("-----END", StringComparison.Ordinal);
        return true;
    }

    private readonly bool HasSecret(ReadOnlySpan<char> argument) => program is not null && program.HasSecret(argument);

    private static ReadOnlySpan<char> Masked(ReadOnlySpan<char> begin, Span<char> room)
    {
        // A name of such a length is none.
        if (begin.Length + SecretText.Marker.Length > room.Length) return SecretText.Marker;
        begin.CopyTo(room);
        SecretText.Marker.CopyTo(room[begin.Length..]);
        return room[..(begin.Length + SecretText.Marker.Length)];
    }

    /// <summary>Where the value begins, when all that follows the sign is a secret.</summary>
    private static int Assigned(ReadOnlySpan<char> argument, bool anyName)
    {
        var sign = argument.IndexOf('=');
        if (sign <= 0 || sign + 1 == argument.Length) return 0;
        var name = argument[..sign];
        if (name.ContainsAny(NoName)) return 0;
        return (anyName && name[0] != '-') || SecretText.IsVariable(name) || SecretNames.IsSecret(name) ? sign + 1 : 0;
    }
}
