using System.Text.Json;

namespace Coral.Cli.Kibana;

/// <summary>A rule as Kibana's API takes it, from 7.17 on: the query is text there, <c>notify_when</c> is needed by old versions, and what later versions added is left out.</summary>
internal static class RuleJson
{
    /// <summary>For a rule that is to be made; without <paramref name="isNew"/>, for one that is there, whose kind can't be changed.</summary>
    internal static string Write(JsonElement rule, bool isNew) => Json.ToText(json =>
    {
        json.WriteStartObject();
        if (isNew)
        {
            json.WriteString("rule_type_id", ".es-query");
            json.WriteString("consumer", "stackAlerts");
        }

        foreach (var name in new[] { "name", "tags", "schedule" })
        {
            json.WritePropertyName(name);
            rule.GetProperty(name).WriteTo(json);
        }

        json.WriteString("notify_when", "onActionGroupChange");
        json.WriteStartArray("actions");
        json.WriteEndArray();
        json.WriteStartObject("params");
        foreach (var parameter in rule.GetProperty("params").EnumerateObject())
        {
            if (parameter.NameEquals("esQuery")) json.WriteString("esQuery", parameter.Value.GetRawText().ReplaceLineEndings(" "));
            else parameter.WriteTo(json);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    });
}
