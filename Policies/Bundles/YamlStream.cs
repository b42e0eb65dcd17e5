using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Coral.Policies.Bundles;

/// <summary>
/// YAML text, document by document. YamlDotNet gives the events (its deserializer needs reflection and does not survive trimming); what the events mean is decided here.
/// </summary>
internal sealed class YamlStream
{
    private readonly Scanner scanner;
    private readonly Parser parser;
    private readonly string file;
    private readonly int linesBefore;
    private readonly int textLength;
    private readonly List<BundleProblem> problems;
    private readonly Dictionary<string, YamlNode> anchors = new(StringComparer.Ordinal);
    private int nodes;

    public YamlStream(string text, string file, int firstLine, List<BundleProblem> problems)
    {
        scanner = new Scanner(new StringReader(text), skipComments: true);
        parser = new Parser(scanner);
        this.file = file;
        linesBefore = firstLine - 1;
        textLength = text.Length;
        this.problems = problems;
    }

    public IEnumerable<ManifestDocument> Read()
    {
        while (TryNext(out var root))
        {
            if (root is YamlScalar { Plain: true } scalar && YamlScalars.Resolve(scalar.Text, out _) == ScalarKind.Null) continue;
            if (root is not YamlMapping mapping)
            {
                var found = root is YamlSequence ? "a list" : $"the text \"{JsonDescribe.Short(((YamlScalar)root).Text)}\"";
                problems.Add(new BundleProblem(file, root.Line, "", $"a Kubernetes object was expected, found {found}"));
                continue;
            }

            if (!TryConvert(mapping, out var json, out var lines)) continue;
            foreach (var document in KindLists.Flatten(json, file, new ValueLines(lines), problems)) yield return document;
        }
    }

    private bool TryConvert(YamlMapping root, out System.Text.Json.JsonElement json, out int[] lines)
    {
        try
        {
            (json, lines) = new YamlToJson(file, nodes, textLength, problems).Convert(root);
            return true;
        }
        catch (YamlFault fault)
        {
            problems.Add(new BundleProblem(file, fault.Line, "", fault.Message) { Column = fault.Column });
            (json, lines) = (default, []);
            return false;
        }
    }

    /// <summary>False at the end of the text, or after a mistake that the parser can't go on from.</summary>
    private bool TryNext(out YamlNode root)
    {
        root = null!;
        try
        {
            while (parser.MoveNext())
            {
                if (parser.Current is not DocumentStart) continue;
                anchors.Clear();
                nodes = 0;
                parser.MoveNext();
                root = ReadNode(0);
                return true;
            }
        }
        catch (YamlFault fault)
        {
            problems.Add(new BundleProblem(file, fault.Line, "", fault.Message) { Column = fault.Column });
        }
        catch (YamlException mistake)
        {
            problems.Add(Syntax(mistake.Start, mistake.Message));
        }
        catch (Exception mistake) when (mistake is InvalidOperationException or ArgumentException or FormatException or OverflowException or IndexOutOfRangeException)
        {
            // The parser has no better error for some texts, such as a flow mapping that is never closed.
            problems.Add(Syntax(Mark.Empty, "the structure is broken here or above; is a bracket, brace or quote not closed?"));
        }

        return false;
    }

    private BundleProblem Syntax(Mark start, string message)
    {
        // Where the parser does not know the place, it names the beginning of the file; the scanner then stands at the mistake.
        var mark = start is { Line: <= 1, Column: <= 1 } ? scanner.CurrentPosition : start;
        if (message.Contains("invalid tab", StringComparison.Ordinal)) message = "a tab stands in the indentation; use spaces";
        return new BundleProblem(file, Line(mark), "", $"not valid YAML: {JsonDescribe.Short(message.TrimEnd('.'))}") { Column = (int)mark.Column };
    }

    private int Line(Mark mark) => linesBefore + (int)mark.Line;

    /// <summary>Reads the node that begins with the current event and stops on its last event.</summary>
    private YamlNode ReadNode(int depth)
    {
        var start = parser.Current!.Start;
        int line = Line(start), column = (int)start.Column;
        if (depth > JsonLimits.Depth - 1) throw new YamlFault(line, column, $"nested deeper than {JsonLimits.Depth} levels");
        nodes++;
        switch (parser.Current)
        {
            case Scalar scalar:
                if (JsonMistakes.HasUnpairedSurrogate(scalar.Value)) throw new YamlFault(line, column, "holds half a character (an unpaired surrogate)");
                var tag = scalar.Tag.IsEmpty ? null : scalar.Tag.Value;
                return Complete(Named(scalar, new YamlScalar(line, column, scalar.Value, tag, scalar.Style == ScalarStyle.Plain)));
            case SequenceStart sequence:
                var items = Named(sequence, new YamlSequence(line, column));
                while (Next() is not SequenceEnd) items.Items.Add(ReadNode(depth + 1));
                return Complete(items);
            case MappingStart mapping:
                var entries = Named(mapping, new YamlMapping(line, column));
                while (Next() is not MappingEnd)
                {
                    var key = ReadNode(depth + 1);
                    Next();
                    entries.Entries.Add((key, ReadNode(depth + 1)));
                }

                return Complete(entries);
            case AnchorAlias alias:
                if (!anchors.TryGetValue(alias.Value.Value, out var target)) throw new YamlFault(line, column, $"nothing is named &{alias.Value.Value} above");
                if (!target.Complete) throw new YamlFault(line, column, $"*{alias.Value.Value} stands inside itself");
                return target;
            default:
                throw new YamlFault(line, column, "not valid YAML: a value was expected");
        }
    }

    private ParsingEvent Next() => parser.MoveNext() ? parser.Current! : throw new InvalidOperationException("the events end within a document");

    private T Named<T>(NodeEvent source, T node)
        where T : YamlNode
    {
        if (!source.Anchor.IsEmpty) anchors[source.Anchor.Value] = node;
        return node;
    }

    private static YamlNode Complete(YamlNode node)
    {
        node.Complete = true;
        return node;
    }
}
