using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Coral.Audit.Tests.Kibana.Reading;

namespace Coral.Cluster.Tests.Real.Setup;

/// <summary>Asks a search server what the shipped saved searches ask.</summary>
internal sealed class Searches(Uri server) : IDisposable
{
    private readonly HttpClient http = new() { BaseAddress = server };

    /// <summary>How many documents a saved search finds that also have this value.</summary>
    /// <param name="id">The search's, such as <c>coral-search-decisions</c>.</param>
    /// <param name="field">A keyword field; null for all that it finds.</param>
    /// <param name="value">Its value.</param>
    public async Task<int> CountAsync(string id, string? field = null, string? value = null)
    {
        var question = SavedQuestion.Shipped.Single(question => question.Name == $"search {id}");
        var filters = new JsonArray(question.Body["query"]!.DeepClone());
        if (field is not null) filters.Add(new JsonObject { ["term"] = new JsonObject { [field] = value } });
        var body = new JsonObject { ["query"] = new JsonObject { ["bool"] = new JsonObject { ["filter"] = filters } } };
        using var answer = await http.PostAsJsonAsync($"{question.Index}/_count?ignore_unavailable=true", body);
        return (int)(await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonObject>())!["count"]!;
    }

    /// <summary>Documents in the order of their time, at most 1 000.</summary>
    /// <param name="index">Of which data streams.</param>
    /// <param name="values">Keyword fields and their values.</param>
    public async Task<IReadOnlyList<JsonNode>> FindAsync(string index, params (string Field, string Value)[] values)
    {
        var filters = new JsonArray([.. values.Select(value => new JsonObject { ["term"] = new JsonObject { [value.Field] = value.Value } })]);
        var body = new JsonObject { ["size"] = 1000, ["sort"] = new JsonArray("@timestamp"), ["query"] = new JsonObject { ["bool"] = new JsonObject { ["filter"] = filters } } };
        using var answer = await http.PostAsJsonAsync($"{index}/_search?ignore_unavailable=true", body);
        return [.. (await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonObject>())!["hits"]!["hits"]!.AsArray().Select(hit => hit!["_source"]!)];
    }

    public void Dispose() => http.Dispose();
}
