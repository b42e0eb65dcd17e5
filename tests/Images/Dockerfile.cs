using System.Text.RegularExpressions;

namespace Coral.Images.Tests;

/// <summary>A line of the Dockerfile: <c>COPY</c> and what follows it, with the name of its stage (empty before the first).</summary>
internal sealed record Instruction(string Stage, string Name, string Text);

/// <summary>The Dockerfile, read by other code than scripts/images has.</summary>
internal sealed partial class Dockerfile
{
    private readonly Dictionary<string, string> bases = new(StringComparer.Ordinal);

    private Dockerfile(string text)
    {
        var stage = "";
        var all = new List<Instruction>();
        foreach (var line in Continued().Replace(Comments().Replace(text, ""), " ").Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var (name, rest) = (line[..line.IndexOf(' ')], line[(line.IndexOf(' ') + 1)..]);
            if (name == "FROM")
            {
                var from = From().Match(rest);
                Assert.True(from.Success, $"a stage without a name: {line}");
                stage = from.Groups[2].Value;
                bases.Add(stage, from.Groups[1].Value);
            }

            all.Add(new(stage, name, rest));
        }

        All = all;
    }

    public static Dockerfile Here { get; } = new(File.ReadAllText(Path.Join(Repository.Root, "Dockerfile")));

    public IReadOnlyList<Instruction> All { get; }

    /// <summary>The stages that run: those whose first base is scratch.</summary>
    public IEnumerable<string> Images => bases.Keys.Where(name => Chain(name).Last() is var first && bases[first] == "scratch");

    /// <summary>What a name says in a stage, with what it inherits, in order.</summary>
    public IEnumerable<string> Texts(string stage, string name) => Chain(stage).Reverse().SelectMany(one => All.Where(line => line.Stage == one && line.Name == name).Select(line => line.Text));

    /// <summary>What the last such line says.</summary>
    public string Text(string stage, string name) => Texts(stage, name).Last();

    /// <summary>The labels with these arguments.</summary>
    public SortedDictionary<string, string> Labels(string stage, IReadOnlyDictionary<string, string> arguments) =>
        new(Label().Matches(string.Join(' ', Texts(stage, "LABEL"))).ToDictionary(
            match => match.Groups[1].Value,
            match => arguments.Aggregate(match.Groups[2].Value, (value, argument) => value.Replace($"${{{argument.Key}}}", argument.Value, StringComparison.Ordinal)),
            StringComparer.Ordinal), StringComparer.Ordinal);

    private IEnumerable<string> Chain(string stage)
    {
        for (var at = stage; bases.ContainsKey(at); at = bases[at]) yield return at;
    }

    [GeneratedRegex("""^\s*#.*$""", RegexOptions.Multiline)]
    private static partial Regex Comments();

    [GeneratedRegex("""\\\n""")]
    private static partial Regex Continued();

    [GeneratedRegex("""^(?:--platform=\S+ )?(\S+) AS (\S+)$""")]
    private static partial Regex From();

    [GeneratedRegex("""([a-z.]+)="([^"]*)"(?= |$)""")]
    private static partial Regex Label();
}
