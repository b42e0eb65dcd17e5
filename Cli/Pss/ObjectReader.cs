using System.Runtime.InteropServices;
using System.Text.Json;
using System.Text.Unicode;
using Coral.Cli.Inputs;
using Coral.Policies;
using Coral.Policies.Bundles;

namespace Coral.Cli.Pss;

/// <summary>
/// Reads one input. JSON lines are parsed once each, in the bytes they came in. A line that is not simply one good object, and all other input, goes the way
/// of every verb's input (<see cref="YamlDocuments"/>), which takes lists apart and knows best what is wrong.
/// </summary>
internal sealed class ObjectReader(string file, InputStream input, Judging judging)
{
    /// <summary>As strict as <see cref="YamlDocuments"/>.</summary>
    private static readonly JsonDocumentOptions Strict = new() { MaxDepth = 256, AllowDuplicateProperties = false };

    private readonly LineReader lines = new(input);

    /// <summary>Hands over every object and every mistake. Throws <see cref="BadInputException"/> where the rest can't be read.</summary>
    internal void Read()
    {
        for (var first = true; lines.Read();)
        {
            var line = Trimmed(lines.Line);
            if (line.IsEmpty) continue;
            if (first ? lines.IsTooLong || !IsJsonLine(line.Span) : IsNoMoreByLines(line.Span))
            {
                ReadTheRest();
                return;
            }

            first = false;
            if (lines.IsTooLong) judging.Mistake($"{file}:{lines.Number}: the line is longer than {InputLimits.Text(InputLimits.Object)}; an object on a line of its own is expected");
            else ReadLine(line);
        }
    }

    private static bool IsJsonLine(ReadOnlySpan<byte> line) => line[0] == (byte)'{' && line[^1] == (byte)'}';

    /// <summary>Another document begins, or an object that is spread over lines.</summary>
    private static bool IsNoMoreByLines(ReadOnlySpan<byte> line) => line.StartsWith("---"u8) || line is [(byte)'{'];

    private static ReadOnlyMemory<byte> Trimmed(ReadOnlyMemory<byte> line)
    {
        var mark = "\uFEFF"u8;
        return (line.Span.StartsWith(mark) ? line[mark.Length..] : line).Trim(" \t\r"u8);
    }

    private void ReadLine(ReadOnlyMemory<byte> line)
    {
        using var document = Parse(line);
        if (document?.RootElement is { ValueKind: JsonValueKind.Object } root && new ObjectHead(root) is var item && !IsList(item)) judging.Judge(item, new Place(file, lines.Number, null));
        else ReadDocuments(new MemoryStream(line.ToArray()), lines.Number);
    }

    /// <summary>Null for what is not simply one value.</summary>
    private static JsonDocument? Parse(ReadOnlyMemory<byte> line)
    {
        var text = line.Span;
        // The parser looks into no string. An escape that may be half a character is rare enough to be looked at the slow way.
        if (!Utf8.IsValid(text) || text.IndexOf("\\ud"u8) >= 0 || text.IndexOf("\\uD"u8) >= 0) return null;
        try
        {
            return JsonDocument.Parse(line, Strict);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static bool IsList(in ObjectHead item) => item.Kind.EndsWith("List", StringComparison.Ordinal) && item.Object.Get("items"u8).ValueKind == JsonValueKind.Array;

    private void ReadTheRest()
    {
        input.GiveBack(lines.Unread);
        input.Limit(InputLimits.Documents);
        ReadDocuments(input, lines.Number);
    }

    private void ReadDocuments(Stream text, int firstLine)
    {
        var problems = new List<BundleProblem>();
        foreach (var document in YamlDocuments.Read(text, file, problems, firstLine))
        {
            Tell(problems);
            var place = new Place(file, document.Line, document);
            if (JsonMarshal.GetRawUtf8Value(document.Object).Length <= InputLimits.Object) judging.Judge(new ObjectHead(document.Object), place);
            else judging.Mistake($"{file}:{place.Line}: the object is longer than {InputLimits.Text(InputLimits.Object)}; the API server takes none above 3 MiB");
        }

        Tell(problems);
    }

    private void Tell(List<BundleProblem> problems)
    {
        // What an alias repeats is wrong only once.
        foreach (var problem in problems.Distinct()) judging.Mistake(problem.ToString());
        problems.Clear();
    }
}
