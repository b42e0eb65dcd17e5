using System.Text.Json;
using Coral.Audit.Chain;

namespace Coral.Cli.AuditVerify;

/// <summary>One JSON line a writer, then one a finding. The names are stable; every member is always there, null where it has no value.</summary>
internal static class ChainJson
{
    internal static void Write(TextWriter output, ChainReport report, bool hasKey)
    {
        foreach (var chain in report.Chains) output.WriteLine(Chain(chain, hasKey));
        foreach (var finding in report.Findings) output.WriteLine(Finding(finding));
    }

    private static string Chain(ChainSummary chain, bool hasKey) => Json.ToText(json =>
    {
        json.WriteStartObject();
        json.WriteString("writer", chain.Writer);
        json.WriteNumber("documents", chain.Documents);
        json.WriteNumber("proven", chain.Proven);
        json.WriteNumber("lesser", chain.Lesser);
        Place(json, "first", chain.First, chain.FirstTime);
        Place(json, "last", chain.Last, chain.LastTime);
        json.WriteString("hash", chain.Hash.Length == 0 ? null : chain.Hash);
        json.WriteNumber("checkpoints", chain.Seal.Checkpoints);
        json.WriteString("signatures", hasKey ? "checked" : "not-checked");
        Place(json, "signed", chain.Seal.UpTo, chain.Seal.Time);
        json.WriteString("key", chain.Seal.Key);
        json.WriteStartObject("unprotected");
        json.WriteNumber("documents", chain.Seal.Unprotected);
        Time(json, "since", chain.Seal.Since);
        json.WriteEndObject();
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
        Time(json, "time", time);
        json.WriteEndObject();
    }

    private static void Time(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time is { } known) json.WriteString(name, known.UtcDateTime);
        else json.WriteNull(name);
    }
}
