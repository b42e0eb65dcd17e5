namespace Coral.Cli.Tests.Docs;

/// <summary>A fenced block of a page.</summary>
internal sealed record Block(string Page, int Line, string Language, string Text)
{
    public override string ToString() => $"{Page}:{Line}";
}

/// <summary>What users read: README.md and everything under docs/.</summary>
internal static class Pages
{
    public static IReadOnlyList<string> All { get; } =
        [.. Directory.EnumerateFiles(InRepository("docs"), "*.md", SearchOption.AllDirectories).Prepend(InRepository("README.md")).Select(file => Path.GetRelativePath(Repository.Root, file)).Order(StringComparer.Ordinal)];

    public static string InRepository(string path) => Path.Combine(Repository.Root, path);

    public static string Text(string page) => File.ReadAllText(InRepository(page));

    public static List<Block> Blocks(string page)
    {
        var blocks = new List<Block>();
        var (start, language, inside) = (0, (string?)null, new List<string>());
        foreach (var (number, line) in Text(page).Split('\n').Index())
        {
            if (!line.StartsWith("```", StringComparison.Ordinal))
            {
                if (language is not null) inside.Add(line);
            }
            else if (language is null)
            {
                (start, language, inside) = (number + 2, line[3..].Trim(), []);
            }
            else
            {
                blocks.Add(new Block(page, start, language, string.Concat(inside.Select(text => text + "\n"))));
                language = null;
            }
        }

        Assert.True(language is null, $"{page}:{start}: the block is not closed");
        return blocks;
    }

    /// <summary>The cells of every row of every table, without headers.</summary>
    public static List<string[]> Rows(string text)
    {
        var rows = new List<string[]>();
        var inTable = false;
        foreach (var line in text.Split('\n'))
        {
            if (!line.StartsWith('|')) inTable = false;
            else if (line.StartsWith("|---", StringComparison.Ordinal)) inTable = true;
            // A '|' of the text is written \| in a cell.
            else if (inTable) rows.Add([.. line.Replace("\\|", "\0", StringComparison.Ordinal).Trim('|').Split('|').Select(cell => cell.Trim().Replace('\0', '|'))]);
        }

        return rows;
    }
}
