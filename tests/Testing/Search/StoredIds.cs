using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace Coral.Testing.Search;

/// <summary>The ids that a stand-in for a search server has: unique per backing index only, as in a real one. Thread safe.</summary>
internal sealed class StoredIds
{
    private const string Id = "\"_id\":\"";

    private readonly Lock gate = new();
    private readonly List<HashSet<string>> indices = [new(StringComparer.Ordinal)];

    /// <summary>Over all indices, doubled ones doubled.</summary>
    internal IReadOnlyCollection<string> All
    {
        get
        {
            lock (gate) return [.. indices.SelectMany(index => index)];
        }
    }

    /// <summary>How many indices there are, numbered from 1.</summary>
    internal int Indices
    {
        get
        {
            lock (gate) return indices.Count;
        }
    }

    internal void Rollover()
    {
        lock (gate) indices.Add(new(StringComparer.Ordinal));
    }

    /// <summary>The ids in a bulk request: of every other line, because documents stand between.</summary>
    internal static async Task<List<string>> ReadAsync(HttpRequest request)
    {
        var found = new List<string>();
        await using var body = request.Headers.ContentEncoding == "gzip" ? new GZipStream(request.Body, CompressionMode.Decompress) : request.Body;
        using var text = new StreamReader(body, Encoding.UTF8);
        while (await text.ReadLineAsync(request.HttpContext.RequestAborted) is { } line)
        {
            var at = line.IndexOf(Id, StringComparison.Ordinal) + Id.Length;
            found.Add(line[at..line.IndexOf('"', at)]);
            await text.ReadLineAsync(request.HttpContext.RequestAborted);
        }

        return found;
    }

    internal void Add(IEnumerable<string> more)
    {
        lock (gate) indices[^1].UnionWith(more);
    }

    /// <summary>The answer to a bulk request of creates: stored, there already, or blocked.</summary>
    internal string Bulk(List<string> sent, bool isFull)
    {
        var answer = new StringBuilder("{\"items\":[");
        lock (gate)
        {
            foreach (var id in sent)
            {
                if (answer[^1] == '}') answer.Append(',');
                answer.Append("{\"create\":{").Append(Id).Append(id).Append("\",\"status\":");
                if (isFull) answer.Append("""429,"error":{"type":"cluster_block_exception","reason":"disk usage exceeded flood-stage watermark"}}}""");
                else answer.Append(indices[^1].Add(id) ? "201}}" : "409}}");
            }
        }

        return answer.Append("]}").ToString();
    }

    /// <summary>The answer to a question for ids in one index, whose name ends with its number.</summary>
    internal async Task<string> FindAsync(string index, Stream body)
    {
        var number = int.Parse(index.AsSpan(index.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture);
        using var question = await JsonDocument.ParseAsync(body);
        lock (gate)
        {
            var docs = question.RootElement.GetProperty("ids").EnumerateArray().Select(id => $$"""{"_id":"{{id.GetString()}}","found":{{(indices[number - 1].Contains(id.GetString()!) ? "true" : "false")}}}""");
            return $$"""{"docs":[{{string.Join(',', docs)}}]}""";
        }
    }
}
