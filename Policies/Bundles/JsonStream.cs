using System.Text.Json;
using System.Text.Unicode;

namespace Coral.Policies.Bundles;

/// <summary>
/// JSON documents one after the other, by lines or not. Each is handed out as soon as it is complete; the YAML parser, which is many times slower,
/// never sees them.
/// </summary>
internal sealed class JsonStream(ByteSource source, string file, List<BundleProblem> problems)
{
    // kubectl takes JSON with comments or a comma too much, because YAML allows them. A long text that is broken is not worth the slow parser.
    private const int LongestSecondTry = 4 * 1024 * 1024;

    /// <summary>What follows is YAML: the stream went on with <c>---</c>, or its first value is no JSON.</summary>
    public bool GoesOnAsYaml { get; private set; }

    /// <summary>Why the first value is no JSON, to be told when it is no YAML either; null otherwise.</summary>
    public BundleProblem? NoJson { get; private set; }

    public IEnumerable<ManifestDocument> Read()
    {
        for (var first = true; source.SkipWhitespace(); first = false)
        {
            if (source.StartsWith("---"u8))
            {
                GoesOnAsYaml = true;
                yield break;
            }

            if (!TryTake(first, out var root, out var line)) yield break;
            if (root.ValueKind == JsonValueKind.Null) continue;
            if (root.ValueKind != JsonValueKind.Object)
            {
                problems.Add(new BundleProblem(file, line, "", $"a Kubernetes object was expected, found {root.Describe()}"));
                continue;
            }

            foreach (var document in KindLists.Flatten(root, file, new RawLines(line), problems)) yield return document;
        }
    }

    private bool TryTake(bool first, out JsonElement root, out int line)
    {
        root = default;
        line = source.Line;
        try
        {
            int length;
            while (!TryMeasure(source.Available, source.AtEnd, out length)) source.Fill();
            var text = source.Available[..length];
            if (!Utf8.IsValid(text)) throw new JsonException("it is not UTF-8 text");
            if (JsonMistakes.HasUnpairedSurrogate(text)) throw new JsonException("it holds half a character (an unpaired \\u escape)");
            try
            {
                root = JsonElement.Parse(text, JsonLimits.Strict);
            }
            catch (JsonException)
            {
                problems.AddRange(JsonMistakes.Duplicates(text, file, line));
                root = JsonElement.Parse(text, JsonLimits.Lenient);
            }

            source.Advance(length);
            return true;
        }
        catch (JsonException mistake)
        {
            var problem = JsonMistakes.Syntax(mistake, file, line, source.Column);
            GoesOnAsYaml = first && source.Available.Length < LongestSecondTry;
            if (!GoesOnAsYaml) problems.Add(problem);
            else if (source.LooksLikeJsonObject) NoJson = problem;
            return false;
        }
    }

    /// <summary>False when the value goes on beyond what was read so far.</summary>
    private static bool TryMeasure(ReadOnlySpan<byte> text, bool atEnd, out int length)
    {
        var reader = new Utf8JsonReader(text, atEnd, new JsonReaderState(new JsonReaderOptions { MaxDepth = JsonLimits.Depth, AllowMultipleValues = true }));
        var complete = reader.Read() && reader.TrySkip();
        // A number or name may go on in the next block.
        if (complete && !atEnd && reader.BytesConsumed == text.Length && reader.TokenType is not (JsonTokenType.EndObject or JsonTokenType.EndArray)) complete = false;
        length = (int)reader.BytesConsumed;
        return complete;
    }
}
