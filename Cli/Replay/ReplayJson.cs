using System.Text.Json;

namespace Coral.Cli.Replay;

/// <summary>One JSON line a changed decision, then one with the counts. The names are stable; every member is always there, null where it has no value.</summary>
internal static class ReplayJson
{
    internal static string Change(Replayed item) => Json.ToText(json =>
    {
        json.WriteStartObject();
        json.WriteString("id", item.Id);
        json.WriteString("time", item.Record.Timestamp.UtcDateTime);
        json.WriteString("pod", item.Pod);
        json.WriteBoolean("dryRun", item.DryRun);
        json.WriteTexts("differs", item.Differences);
        Write(json, "before", item.Before!);
        Write(json, "after", item.After!);
        json.WriteEndObject();
    });

    internal static string Summary(Tally tally) => Json.ToText(json =>
    {
        json.WriteStartObject();
        json.WriteStartObject("summary");
        json.WriteNumber("read", tally.Read);
        json.WriteNumber("unreadable", tally.Unreadable);
        json.WriteNumber("replayed", tally.Replayed);
        json.WriteNumber("dryRuns", tally.DryRuns);
        json.WriteNumber("changed", tally.Changed);
        json.WriteNumber("same", tally.Same);
        json.WriteStartArray("groups");
        foreach (var group in tally.Changes)
        {
            json.WriteStartObject();
            json.WriteNumber("count", group.Count);
            json.WriteString("before", group.Before);
            json.WriteString("after", group.After);
            json.WriteTexts("differs", group.Differences);
            Example(json, group.Example);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("notReplayed");
        foreach (var group in tally.Obstacles)
        {
            json.WriteStartObject();
            json.WriteNumber("count", group.Count);
            json.WriteString("code", group.Obstacle.Code);
            json.WriteString("text", group.Obstacle.Text);
            Example(json, group.Example);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteEndObject();
    });

    private static void Example(Utf8JsonWriter json, Replayed item)
    {
        json.WriteStartObject("example");
        json.WriteString("id", item.Id);
        json.WriteString("pod", item.Pod);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, Ending ending)
    {
        json.WriteStartObject(name);
        json.WriteString("outcome", ending.Outcome);
        json.WriteString("reason", ending.Reason);
        json.WriteString("variant", ending.Variant);
        json.WriteString("form", ending.Form);
        json.WriteString("level", ending.Level);
        json.WriteString("policy", ending.Policy);
        json.WriteString("patch", ending.Patch);
        json.WriteTexts("warnings", ending.Warnings);
        json.WriteEndObject();
    }
}
