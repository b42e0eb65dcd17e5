using System.Buffers;

namespace Coral.Audit.Events.Redaction;

/// <summary>Tells by a name (of a flag, variable, header or query parameter) that its value is secret. Separators and case do not matter: <c>--api-key</c>, <c>API_KEY</c> and <c>x-apikey</c> are the same.</summary>
internal static class SecretNames
{
    private const int MaxChars = 128;

    private static readonly string[] Parts =
    [
        "password", "passwd", "passphrase", "passcode", "pwd", "secret", "token", "apikey", "accesskey", "privatekey", "accountkey", "sharedkey", "encryptionkey", "masterkey", "signingkey", "credential", "cookie",
        "authorization", "signature", "sessionid", "connectionstring", "bearer", "fromliteral", "webhookurl", "dsn",
    ];

    private static readonly SearchValues<string> AnyPart = SearchValues.Create(Parts, StringComparison.Ordinal);

    /// <summary>Too short to be looked for inside of other words.</summary>
    private static readonly string[] Words = ["pass", "passin", "passout", "auth", "pw", "psk", "sig", "pin", "otp", "jwt", "sas", "creds", "userpass"];

    /// <summary>Whether the word alone, without dashes or a sign, says that a secret follows: <c>login token X</c>. Others are too often the kind of thing that a command is about, such as <c>get secret NAME</c>.</summary>
    public static bool IsPlain(ReadOnlySpan<char> word) =>
        word.Equals("token", StringComparison.OrdinalIgnoreCase) || word.Equals("password", StringComparison.OrdinalIgnoreCase) || word.Equals("passphrase", StringComparison.OrdinalIgnoreCase);

    public static bool IsSecret(ReadOnlySpan<char> name)
    {
        name = name.Trim("-_.:\"'");
        if (name.IsEmpty) return false;
        // What is so long is no name; its end is what tells.
        if (name.Length > MaxChars) name = name[^MaxChars..];
        Span<char> plain = stackalloc char[MaxChars];
        var length = 0;
        var word = 0;
        foreach (var c in name)
        {
            if (char.IsAsciiLetterOrDigit(c))
            {
                plain[length++] = char.ToLowerInvariant(c);
                continue;
            }

            if (IsWord(plain[word..length])) return true;
            word = length;
        }

        return IsWord(plain[word..length]) || plain[..length].ContainsAny(AnyPart);
    }

    private static bool IsWord(ReadOnlySpan<char> word)
    {
        foreach (var secret in Words)
            if (word.SequenceEqual(secret))
                return true;
        return false;
    }
}
