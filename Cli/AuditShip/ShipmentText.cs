using Coral.Audit;

namespace Coral.Cli.AuditShip;

/// <summary>What became of every document: the parts are the whole.</summary>
internal static class ShipmentText
{
    internal static void WriteTable(TextWriter output, AuditCounts counts) => output.WriteLine(
        $"{counts.Accepted} documents that were not known to be shipped: {counts.Indexed} stored, {counts.Duplicate} were there already, {counts.DeadLetter} refused, {counts.Corrupt} damaged, {counts.Pending} left.");

    internal static void WriteJson(TextWriter output, AuditCounts counts) => output.WriteLine(Json.ToText(json =>
    {
        json.WriteStartObject();
        json.WriteNumber("accepted", counts.Accepted);
        json.WriteNumber("indexed", counts.Indexed);
        json.WriteNumber("duplicate", counts.Duplicate);
        json.WriteNumber("deadletter", counts.DeadLetter);
        json.WriteNumber("expired", counts.Expired);
        json.WriteNumber("corrupt", counts.Corrupt);
        json.WriteNumber("pending", counts.Pending);
        json.WriteEndObject();
    }));
}
