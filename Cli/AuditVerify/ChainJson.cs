using System.Text.Json;
using Coral.Audit.Chain;

namespace Coral.Cli.AuditVerify;

/// <summary>One JSON line a writer, then one a finding. The names are stable; every member is always there, null where it has no value.</summary>
internal static class ChainJson
{
    internal static void Write(TextWriter output, ChainReport report)
    {
        foreach (var chain in report.Chains) output.WriteLine(Chain(chain));
        foreach (var finding in report.Findings) output.WriteLine(Finding(finding));
    }

    private static string Chain(ChainSummary chain) => Json.ToText(json =>
    {
        json.WriteStartObject();
        json.WriteString("writer", chain.Writer);
        json.WriteNumber("documents", chain.Documents);
        json.WriteNumber("proven", chain.Proven);
        json.WriteNumber("lesser", chain.Lesser);
        Place(json, "first", chain.First, chain.FirstTime);
        Place(json, "last", chain.Last, chain.LastTime);
        json.WriteString("hash", chain.Hash.Length == 0 ? null : chain.Hash);
        json.WriteEndObject();
    });

    private static string Finding(ChainFinding finding) => Json.ToText(json =>
    {
        json.WriteStartObject();
        json.WriteString("finding", finding.Fault.ToCode());
        json.WriteString("id", finding.Id);
        if (finding.Sequence == 0) json.WriteNull("sequence");
        else json.WriteNumber("sequence", finding.Sequence);
        json.WriteString("message", finding.Message);
        json.WriteEndObject();
    });

    private static void Place(Utf8JsonWriter json, string name, ulong sequence, DateTimeOffset? time)
    {
        json.WriteStartObject(name);
        json.WriteNumber("sequence", sequence);
        if (time is { } known) json.WriteString("time", known.UtcDateTime);
        else json.WriteNull("time");
        json.WriteEndObject();
    }
}
