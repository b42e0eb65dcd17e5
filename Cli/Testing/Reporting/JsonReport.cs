using System.Text.Json;
using Coral.Policies;

namespace Coral.Cli.Testing.Reporting;

/// <summary>One JSON line a case. The names and their order are stable; every member is always there, null where it has no value.</summary>
internal sealed class JsonReport : IReport
{
    public void Write(Terminal terminal, IReadOnlyList<CaseResult> results, Coverage? coverage)
    {
        foreach (var result in results) terminal.Out.WriteLine(Json.ToText(json => Write(json, result)));
        foreach (var line in Totals.Lines(results, coverage)) terminal.Complain(line);
    }

    private static void Write(Utf8JsonWriter json, CaseResult result)
    {
        json.WriteStartObject();
        json.WriteString("file", result.Test.File);
        json.WriteNumber("line", result.Case.Line);
        json.WriteString("case", result.Case.Name);
        json.WriteString("result", result.Passed ? "pass" : "fail");
        json.WriteStartArray("objects");
        foreach (var item in result.Objects) Write(json, item);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ObjectResult item)
    {
        var decision = item.Finding.Decision;
        json.WriteStartObject();
        json.WriteString("object", item.Finding.Item.Label);
        json.WriteString("namespace", item.Finding.Namespace);
        json.WriteString("outcome", decision.Outcome.ToCode());
        json.WriteString("reason", decision.Reason);
        json.WriteString("variant", decision.Variant);
        json.WriteString("form", decision.Form?.ToCode());
        json.WriteString("policy", decision.Policy);
        json.WriteStartArray("differences");
        foreach (var difference in item.Differences)
        {
            json.WriteStartObject();
            json.WriteString("what", difference.What);
            json.WriteString("expected", difference.Expected);
            json.WriteString("actual", difference.Actual);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("explain", item.Differences.IsEmpty ? null : ExplainLine.Of(item.Finding));
        json.WriteEndObject();
    }
}
