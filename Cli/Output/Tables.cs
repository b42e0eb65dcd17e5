using System.Text;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Coral.Cli.Output;

/// <summary>Tables without frames: columns of text that a screen and a pipe show alike.</summary>
internal static class Tables
{
    /// <summary>Wider than any row, so that piped output is one line a row.</summary>
    private const int Endless = 100_000;

    private const int Gap = 3;

    /// <summary>How many columns of a screen a table takes if nothing is wrapped.</summary>
    internal static int Width(IReadOnlyList<string> header, IReadOnlyList<string[]> rows) =>
        header.Select((name, column) => rows.Select(row => row[column].Length).Append(name.Length).Max() + Gap).Sum() - Gap;

    /// <summary>A table under a header. On a screen that is too narrow only the columns of <paramref name="wraps"/> go on in the next line.</summary>
    internal static void Write(Terminal terminal, IReadOnlyList<string> header, IEnumerable<string[]> rows, string[] wraps, int indent = 0)
    {
        if (terminal.Width is null)
        {
            WriteUnwrapped(terminal.Out, header, [.. rows.Select(row => Array.ConvertAll(row, Clean))], indent);
            return;
        }

        var table = Plain();
        foreach (var name in header)
        {
            table.AddColumn(Column(new Text(name, new Style(decoration: Decoration.Bold))));
            if (!wraps.Contains(name)) table.Columns[^1].NoWrap();
        }

        foreach (var row in rows) table.AddRow(row.Select(cell => (IRenderable)new Text(Clean(cell))));
        Render(terminal, table, indent);
    }

    /// <summary>Names with their values, one a line.</summary>
    internal static void WriteFields(Terminal terminal, IEnumerable<(string Name, string Value)> fields, int indent)
    {
        var table = Plain().HideHeaders();
        table.AddColumn(Column(Text.Empty)).AddColumn(Column(Text.Empty));
        table.Columns[0].NoWrap();
        foreach (var (name, value) in fields) table.AddRow(new Text(name, new Style(Color.Grey)), new Text(Clean(value)));
        Render(terminal, table, indent);
    }

    /// <summary>A heading on a line of its own.</summary>
    internal static void WriteHeading(Terminal terminal, string text) => Render(terminal, new Text(Clean(text), new Style(decoration: Decoration.Bold)), 0);

    /// <summary>Texts come from manifests and clusters: none of them may steer the screen.</summary>
    internal static string Clean(string text) =>
        text.AsSpan().ContainsAnyInRange('\0', '\x1F') || text.AsSpan().ContainsAnyInRange('\x7F', '\x9F') ? string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c)) : text;

    /// <summary>The same for a pipe. Nothing wraps there, so no layout has to be found, which would take longer than making the rows.</summary>
    private static void WriteUnwrapped(TextWriter output, IReadOnlyList<string> header, List<string[]> rows, int indent)
    {
        var cells = rows.Prepend([.. header]);
        var widths = header.SkipLast(1).Select((_, column) => cells.Max(row => CellCount(row[column])) + Gap).ToArray();
        foreach (var row in cells)
        {
            var line = new StringBuilder().Append(' ', indent);
            for (var column = 0; column < row.Length - 1; column++) line.Append(row[column]).Append(' ', widths[column] - CellCount(row[column]));
            output.WriteLine(line.Append(row[^1]).ToString().TrimEnd());
        }
    }

    /// <summary>Columns of a screen: some characters take two.</summary>
    private static int CellCount(string text) => Ascii.IsValid(text) ? text.Length : new Segment(text).CellCount();

    private static Table Plain() => new Table { ShowFooters = false }.NoBorder().LeftAligned();

    private static TableColumn Column(Text header) => new(header) { Padding = new Padding(0, 0, Gap, 0) };

    private static void Render(Terminal terminal, IRenderable content, int indent)
    {
        using var text = new StringWriter { NewLine = "\n" };
        var console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = terminal.Colour ? AnsiSupport.Yes : AnsiSupport.No,
            ColorSystem = terminal.Colour ? ColorSystemSupport.Standard : ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.No,
            Enrichment = new ProfileEnrichment { UseDefaultEnrichers = false },
            Out = new AnsiConsoleOutput(text),
        });
        console.Profile.Width = terminal.Width ?? Endless;
        console.Profile.Capabilities.Unicode = true;
        console.Write(indent > 0 ? new Padder(content, new Padding(indent, 0, 0, 0)) : content);
        // Cells are filled up with spaces, also the last ones.
        foreach (var line in text.ToString().TrimEnd('\n').Split('\n')) terminal.Out.WriteLine(line.TrimEnd());
    }
}
