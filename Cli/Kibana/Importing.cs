using System.Net.Http.Headers;
using System.Text.Json;

namespace Coral.Cli.Kibana;

/// <summary>How it went with one object.</summary>
internal sealed record Imported(ObjectName Object, string State, string Says)
{
    internal bool IsBad => State is "refused" or "exists";
}

/// <summary>Brings the shipped objects into one Kibana or OpenSearch Dashboards.</summary>
internal sealed class Importing(KibanaClient client, bool overwrite)
{
    /// <summary>All saved objects in one request. Kibana answers 200 also when it refused some, and says which.</summary>
    internal async Task<List<Imported>> ObjectsAsync(CancellationToken cancellation)
    {
        using var form = new MultipartFormDataContent();
        var file = new ByteArrayContent(ShippedObjects.Lines);
        file.Headers.ContentType = new MediaTypeHeaderValue("application/ndjson");
        form.Add(file, "file", "coral.ndjson");
        var answer = await client.PostAsync(overwrite ? "api/saved_objects/_import?overwrite=true" : "api/saved_objects/_import", form, cancellation);
        if (!answer.IsSuccess || answer.Body.ValueKind != JsonValueKind.Object || !answer.Body.TryGetProperty("success", out var success)) throw Refused("the import", answer);
        var errors = answer.Body.TryGetProperty("errors", out var list) && list.ValueKind == JsonValueKind.Array ? [.. list.EnumerateArray()] : new List<JsonElement>();
        if (errors.Count == 0 && success.ValueKind != JsonValueKind.True) throw new HttpRequestException($"{client.Root} says that the import failed, and not why");
        var bad = errors.ToDictionary(error => (Text(error, "type"), Text(error, "id")));
        return [.. ShippedObjects.Names().Select(name => bad.TryGetValue((name.Type, name.Id), out var error) ? Bad(name, error) : new Imported(name, "imported", ""))];
    }

    /// <summary>The alert rules, one request each. A rule that is there is replaced only with <c>--overwrite</c>; it keeps whether it is switched on.</summary>
    internal async Task<List<Imported>> RulesAsync(CancellationToken cancellation)
    {
        var results = new List<Imported>();
        foreach (var rule in ShippedObjects.Rules())
        {
            var name = Name(rule);
            var path = "api/alerting/rule/" + name.Id;
            var answer = await client.SendJsonAsync(HttpMethod.Post, path, RuleJson.Write(rule, isNew: true), cancellation);
            if (answer.Status == 404) return Skipped("this Kibana has no API for rules");
            if (answer.Status == 409 && overwrite) answer = await client.SendJsonAsync(HttpMethod.Put, path, RuleJson.Write(rule, isNew: false), cancellation);
            results.Add(answer.IsSuccess ? new Imported(name, "imported", "")
                : answer.Status == 409 ? new Imported(name, "exists", "it is there already; --overwrite replaces it")
                : new Imported(name, "refused", answer.Says));
        }

        return results;
    }

    internal static List<Imported> Skipped(string why) => [.. ShippedObjects.Rules().Select(rule => new Imported(Name(rule), "skipped", why))];

    internal HttpRequestException Refused(string what, KibanaAnswer answer) => new(answer.Status switch
    {
        401 => $"{client.Root} does not know who asks ({answer.Says}); give --api-key-file, or --user and --password-file",
        403 => $"{client.Root} does not allow {what} ({answer.Says}); saved objects and rules need the right to write them",
        404 when client.HasSpace => $"{client.Root} has no such space ({answer.Says}); OpenSearch Dashboards has none at all",
        _ => $"{client.Root} answered {what} with {answer.Says}; is it Kibana or OpenSearch Dashboards?",
    });

    private static ObjectName Name(JsonElement rule) => new("rule", rule.GetProperty("id").GetString()!, rule.GetProperty("name").GetString()!);

    private static Imported Bad(ObjectName name, JsonElement error)
    {
        var inner = error.TryGetProperty("error", out var details) ? details : default;
        return Text(inner, "type") switch
        {
            "conflict" or "ambiguous_conflict" => new(name, "exists", "it is there already; --overwrite replaces it"),
            "missing_references" => new(name, "refused", "what it refers to is missing there"),
            "unsupported_type" => new(name, "refused", "objects of this type can't be imported there"),
            var other => new(name, "refused", Text(inner, "message") is { Length: > 0 } message ? message.ReplaceLineEndings(" ") : other),
        };
    }

    private static string Text(JsonElement item, string name) =>
        item.ValueKind == JsonValueKind.Object && item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
}
