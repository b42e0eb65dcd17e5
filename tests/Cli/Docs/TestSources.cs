using System.Text.RegularExpressions;

namespace Coral.Cli.Tests.Docs;

/// <summary>The tests of all projects, by their sources: <c>ModeTests.A_policy_limits_the_modes</c> is that test in a file ModeTests.cs, or ModeTests.Part.cs, under tests/.</summary>
internal static partial class TestSources
{
    private static readonly HashSet<string> Known =
    [
        .. Directory.EnumerateFiles(Pages.InRepository("tests"), "*Tests*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .SelectMany(file => Test().Matches(File.ReadAllText(file)).Select(match => $"{Path.GetFileName(file).Split('.')[0]}.{match.Groups[1].Value}")),
    ];

    public static IEnumerable<string> All => Known;

    /// <summary>Every test that a cell names in backquotes.</summary>
    public static IEnumerable<string> Named(string cell) => Name().Matches(cell).Select(match => match.Groups[1].Value);

    public static bool Exists(string name) => Known.Contains(name);

    // An attribute that makes it a test, then further attributes and comments up to the method, with no blank line between.
    [GeneratedRegex("""^    \[(?:\w*)(?:Fact|Theory)\b[^\n]*\n(?:    (?:\[|//|\s)[^\n]*\n)*?    public (?:async )?(?:void|Task) (\w+)\(""", RegexOptions.Multiline)]
    private static partial Regex Test();

    [GeneratedRegex("""`(\w+Tests\.\w+)`""")]
    private static partial Regex Name();
}
