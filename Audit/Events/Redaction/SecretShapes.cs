namespace Coral.Audit.Events.Redaction;

/// <summary>Tells secrets by what they look like, wherever they stand: the beginnings that issuers give their tokens.</summary>
internal static class SecretShapes
{
    /// <summary>So long is the shortest of them, so that a word that only begins alike stays readable.</summary>
    private const int LeastChars = 16;

    private static readonly string[] Beginnings =
    [
        "AKIA", "ASIA", "ABIA", "ACCA", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "gldt-", "glrt-", "xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xapp-", "sk-", "sk_live_", "sk_test_", "rk_live_",
        "pk_live_", "AIza", "ya29.", "npm_", "pypi-", "hvs.", "hvb.", "dop_v1_", "dckr_pat_", "SG.", "shpat_", "NRAK-", "eyJ", "AGE-SECRET-KEY-", "whsec_", "glsa_", "ATATT", "sq0", "lin_api_", "tskey-", "k8s-aws-v1.",
    ];

    private static readonly string[] Schemes = ["bearer", "basic", "apikey", "negotiate", "digest", "aws4-hmac-sha256"];

    /// <summary>Whether a token begins here.</summary>
    public static bool IsToken(ReadOnlySpan<char> text)
    {
        if (text.Length < LeastChars) return false;
        foreach (var beginning in Beginnings)
            if (text.StartsWith(beginning, StringComparison.Ordinal))
                return Run(text) >= LeastChars;
        return false;
    }

    /// <summary>Whether a private key begins here.</summary>
    public static bool IsPrivateKey(ReadOnlySpan<char> text) =>
        text.StartsWith("-----BEGIN", StringComparison.Ordinal) && text[..Math.Min(text.Length, 64)].Contains("PRIVATE", StringComparison.Ordinal);

    /// <summary>Whether a word is nothing but the name of an authentication scheme.</summary>
    public static bool IsScheme(ReadOnlySpan<char> word)
    {
        foreach (var scheme in Schemes)
            if (word.Equals(scheme, StringComparison.OrdinalIgnoreCase))
                return true;
        return false;
    }

    /// <summary>The word of an authentication scheme that begins here, with the blanks behind it; 0 for none.</summary>
    public static int Scheme(ReadOnlySpan<char> text)
    {
        foreach (var scheme in Schemes)
        {
            if (!text.StartsWith(scheme, StringComparison.OrdinalIgnoreCase)) continue;
            var end = scheme.Length;
            while (end < text.Length && (char.IsWhiteSpace(text[end]) || text[end] == '+')) end++;
            if (end < text.Length && text[scheme.Length..].StartsWith("%20", StringComparison.Ordinal)) end += 3;
            if (end > scheme.Length && end < text.Length) return end;
        }

        return 0;
    }

    private static int Run(ReadOnlySpan<char> text)
    {
        var end = 0;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] is '-' or '_' or '.' or '/' or '+' or '=')) end++;
        return end;
    }
}
