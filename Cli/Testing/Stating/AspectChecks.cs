using System.Text.Json;
using Coral.Policies;
using Coral.Policies.Bundles;
using Coral.Policies.PodSecurity;

namespace Coral.Cli.Testing.Stating;

/// <summary>Whether an expectation can be met at all: a code that is misspelt in a case is a mistake of the case, not of the policy.</summary>
internal static class AspectChecks
{
    internal const string Chosen = "chosen";

    internal const string NotTried = "not-tried";

    internal static readonly JsonCheck Name = Checks.Text("a name", text => text.Length > 0);

    internal static readonly JsonCheck Names = Checks.ListOf(Name, 64);

    internal static readonly JsonCheck Reason = Code(Reasons.All.Keys);

    /// <summary>What becomes of a variant.</summary>
    internal static readonly JsonCheck Fate = Code([Chosen, NotTried, .. Reasons.All.Keys]);

    internal static readonly JsonCheck Hash = Checks.Text("a SHA-256 in lower-case hexadecimal (64 digits)", text => text.Length == 64 && text.All(char.IsAsciiHexDigitLower));

    internal static readonly JsonCheck Level = Checks.Text("privileged, baseline or restricted, with or without a version (baseline:v1.30)", text => text == Aspects.None || TryLevel(text, out _));

    internal static readonly JsonCheck Operations = Checks.ListOf(Checks.Object, int.MaxValue);

    internal static readonly JsonCheck Pointers = Checks.MapOf("JSON pointer, such as /spec/containers/0/name", text => text.StartsWith('/'), Checks.Anything, 256);

    /// <summary>Reads <c>LEVEL</c> or <c>LEVEL:VERSION</c>; a silent version is latest.</summary>
    internal static bool TryLevel(string text, out LevelVersion read)
    {
        var colon = text.IndexOf(':');
        var version = PolicyVersion.Latest;
        var known = Levels.TryParse(colon < 0 ? text : text.AsSpan(0, colon), out var level) && (colon < 0 || PolicyVersion.TryParse(text.AsSpan(colon + 1), out version));
        read = new LevelVersion(level, version);
        return known;
    }

    private static JsonCheck Code(IReadOnlyCollection<string> known) => (field, report) =>
    {
        if (field.Value.AsText() is not { } text) report(field.Path, $"expected a reason code, found {field.Value.Describe()}");
        else if (!known.Contains(text)) report(field.Path, $"unknown reason \"{JsonDescribe.Short(text)}\"; {Near(text, known)}");
    };

    /// <summary>All codes are too many for a line.</summary>
    private static string Near(string text, IReadOnlyCollection<string> known) =>
        Suggest.Among(text, known) is var hint && hint.StartsWith("known", StringComparison.Ordinal) ? "docs/reference/reasons.md has them all" : hint;
}
