using System.Text.Json.Nodes;
using Coral.Audit.Chain.Checkpoints;

namespace Coral.Audit.Search;

/// <summary>What is asked of a search server.</summary>
internal static class SearchBody
{
    /// <summary>The conditions of a query.</summary>
    public static JsonArray Filter(AuditQuery query)
    {
        var filter = new JsonArray();
        Term(filter, "orchestrator.namespace", query.Namespace);
        Term(filter, "coral.admission.decision", query.Outcome);
        Term(filter, "event.reason", query.Reason);
        Term(filter, "coral.injection.variant", query.Variant);
        if (query.Id is not null)
        {
            var either = new JsonArray();
            Term(either, "coral.decision.id", query.Id);
            Term(either, "event.id", query.Id);
            Add(filter, Object("bool", new JsonObject { ["should"] = either, ["minimum_should_match"] = 1 }));
        }
        else
        {
            Add(filter, Object("bool", Object("must_not", Object("term", Object("event.action", CheckpointEvent.Action)))));
        }

        foreach (var condition in query.Fields.IsDefault ? [] : query.Fields) Term(filter, condition.Field, condition.Value);
        if (query.Since is { } since) Time(filter, "gte", since);
        if (query.Until is { } until) Time(filter, "lte", until);
        foreach (var word in query.Text?.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) ?? []) Add(filter, Word(word));
        return filter;
    }

    /// <summary>A writer's document with that number, the one before it and the one after it.</summary>
    public static JsonArray Around(string writer, ulong number)
    {
        var filter = new JsonArray();
        Term(filter, "coral.writer", writer);
        Add(filter, Object("range", Object("event.sequence", new JsonObject { ["gte"] = number - Math.Min(number, 1), ["lte"] = number + 1 })));
        return filter;
    }

    /// <summary>The conditions of a query for what is not older than that and none of those that are known.</summary>
    public static JsonArray FilterNew(AuditQuery query, DateTimeOffset? since, IEnumerable<string> known)
    {
        var filter = Filter(query);
        if (since is { } from) Time(filter, "gte", from);
        var ids = new JsonArray([.. known.Select(id => (JsonNode)id)]);
        if (ids.Count > 0) Add(filter, Object("bool", Object("must_not", Object("terms", Object("event.id", ids)))));
        return filter;
    }

    /// <summary>A request for one page.</summary>
    public static string Page(JsonArray filter, int size, bool newestFirst, JsonNode? after)
    {
        var order = newestFirst ? "desc" : "asc";
        var body = new JsonObject
        {
            ["size"] = size,
            ["track_total_hits"] = false,
            ["query"] = Object("bool", Object("filter", filter.DeepClone())),
            // The sequence orders what one writer wrote in the same instant, the id what several did.
            ["sort"] = new JsonArray(Object("@timestamp", order), Object("event.sequence", order), Object("event.id", order)),
        };
        if (after is not null) body["search_after"] = after.DeepClone();
        return body.ToJsonString();
    }

    /// <summary>One word in any of the text fields, also as the beginning of a longer one.</summary>
    private static JsonObject Word(string word)
    {
        var fields = new JsonArray("message");
        foreach (var path in SearchFields.TextArrays) Add(fields, JsonValue.Create(string.Join('.', path) + ".text"));
        return Object("multi_match", new JsonObject { ["query"] = word, ["type"] = "phrase_prefix", ["fields"] = fields });
    }

    private static void Time(JsonArray filter, string bound, DateTimeOffset time) => Add(filter, Object("range", Object("@timestamp", Object(bound, time.UtcDateTime.ToString("O")))));

    private static void Term(JsonArray filter, string field, string? value)
    {
        if (value is not null) Add(filter, Object("term", Object(field, value)));
    }

    private static JsonObject Object(string name, JsonNode value) => new() { [name] = value };

    // The generic Add of JsonArray needs reflection; this one does not.
    private static void Add(JsonArray array, JsonNode node) => array.Add(node);
}
