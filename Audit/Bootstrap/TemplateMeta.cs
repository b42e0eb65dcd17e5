using System.Collections.Immutable;
using System.Text.Json;
using Coral.Audit.Shipping;

namespace Coral.Audit.Bootstrap;

/// <summary>What an index template says of itself.</summary>
internal static class TemplateMeta
{
    /// <summary>The hash of what it was made from, null for none, and what the server lacked then.</summary>
    public static (string? Hash, ImmutableArray<string> Lacks) Read(SearchAnswer answer)
    {
        using var json = answer.IsSuccess ? answer.Json() : null;
        if (json is null) return (null, []);
        var all = json.RootElement.Find("index_templates");
        if (all.ValueKind != JsonValueKind.Array || all.GetArrayLength() == 0) return (null, []);
        var meta = all[0].Find("index_template").Find("_meta");
        var lacks = meta.Find("lacks");
        return (meta.Find("hash").Text(), lacks.ValueKind == JsonValueKind.Array ? [.. lacks.EnumerateArray().Select(lack => lack.Text()).OfType<string>()] : []);
    }

    /// <summary>Whether to try again by itself, or an operator has to act.</summary>
    public static Exception Refused(this SearchClient client, string request, SearchAnswer answer) => answer.Status is 408 or 429 or >= 500
        ? new HttpRequestException($"{client.Root}: {request} answered {answer.Status}: {answer.Excerpt()}")
        : new NotPreparedException($"{client.Root}: {request} answered {answer.Status}: {answer.Excerpt()}");
}
