using System.Text.Json;
using Coral.Cli.Deciding;
using Coral.Cli.Explain.Live;
using Coral.Policies;
using Coral.Policies.Nodes;
using Coral.Policies.PodSecurity;

namespace Coral.Cli.Explain;

/// <summary>One JSON line an object. The names are stable; every member is always there, null where it has no value.</summary>
internal static class ExplainJson
{
    internal static string Line(OfflineDecision item, Comparison? live = null) => Json.ToText(json =>
    {
        json.WriteStartObject();
        json.WriteString("object", item.Item.Label);
        json.WriteString("namespace", item.Namespace);
        json.WritePropertyName("live");
        LiveJson.Write(json, live);
        json.WritePropertyName("decision");
        if (item.Decision is { } decision) Write(json, decision);
        else json.WriteNullValue();
        json.WritePropertyName("advice");
        Write(json, item.Decision is null ? null : Advice.For(item.Decision));
        json.WritePropertyName("way");
        Write(json, item.Way);
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, Explanation? way)
    {
        if (way is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteStartArray("fired");
        foreach (var step in way.Fired)
        {
            json.WriteStartObject();
            json.WriteString("rule", step.Rule);
            json.WriteTexts("derived", step.Derived);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("missed");
        foreach (var rule in way.Missed)
        {
            json.WriteStartObject();
            json.WriteString("rule", rule.Rule);
            json.WriteString("condition", rule.Condition);
            json.WriteString("because", rule.Because);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Decision decision)
    {
        json.WriteStartObject();
        json.WriteString("id", decision.Id);
        json.WriteString("outcome", decision.Outcome.ToCode());
        json.WriteString("reason", decision.Reason);
        json.WriteString("variant", decision.Variant);
        json.WriteString("form", decision.Form?.ToCode());
        json.WriteString("mode", decision.Mode);
        json.WritePropertyName("level");
        Write(json, decision.Level);
        json.WritePropertyName("floor");
        Write(json, decision.Floor);
        json.WritePropertyName("pin");
        Write(json, decision.Pin);
        json.WriteStartArray("candidates");
        foreach (var line in VariantLine.All(decision)) Write(json, line);
        json.WriteEndArray();
        json.WriteTexts("rules", decision.Rules);
        json.WriteString("policy", decision.Policy);
        json.WriteTexts("degraded", decision.Degraded);
        json.WriteTexts("warnings", decision.Warnings);
        json.WritePropertyName("before");
        Write(json, decision.Before);
        json.WritePropertyName("after");
        Write(json, decision.After);
        json.WritePropertyName("patch");
        if (decision.Patch.IsEmpty) json.WriteRawValue("[]");
        else json.WriteRawValue(decision.Patch.Span);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, EffectiveLevel? level)
    {
        if (level is not { } known)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("level", known.Level.ToText());
        json.WriteString("version", known.Version.ToString());
        json.WriteString("origin", known.Origin.ToCode());
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Floor? floor)
    {
        if (floor is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("reason", floor.Reason);
        json.WriteTexts("setBy", floor.SetBy);
        json.WriteNumber("feasible", floor.FeasibleCount);
        json.WriteString("oldestKubelet", floor.OldestKubelet?.ToString());
        json.WriteBoolean("provesMinimal", floor.ProvesMinimal);
        json.WriteBoolean("provesFull", floor.ProvesFull);
        json.WriteBoolean("provesSomething", floor.ProvesSomething);
        json.WriteBoolean("memlockMayBeNeeded", floor.MemlockMayBeNeeded);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Pin? pin)
    {
        if (pin is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("reason", pin.Reason);
        json.WriteTexts("labels", pin.Labels);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, VariantLine line)
    {
        json.WriteStartObject();
        json.WriteString("variant", line.Variant);
        json.WriteString("result", line.Result);
        json.WriteString("reason", line.Reason);
        json.WriteString("detail", line.Detail);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Verdict? verdict)
    {
        if (verdict is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteBoolean("allowed", verdict.Allowed);
        json.WriteTexts("violations", verdict.Violations.Select(violation => violation.Check));
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, Advice? advice)
    {
        if (advice is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        json.WriteString("row", advice.Row?.Id);
        json.WriteString("need", advice.Row?.Need);
        json.WriteTexts("use", advice.Row?.Use ?? []);
        json.WriteString("note", advice.Row?.Note);
        json.WriteString("because", advice.Because);
        json.WriteEndObject();
    }
}
