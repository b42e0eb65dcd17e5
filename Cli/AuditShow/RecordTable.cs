using System.Globalization;
using System.Text.Json;
using Coral.Audit.Search;
using Coral.Cli.Output;
using Coral.Policies;

namespace Coral.Cli.AuditShow;

/// <summary>One document for people: its sentence, all its fields, and what stands before and after it.</summary>
internal static class RecordTable
{
    internal static void Write(Terminal terminal, AuditRecord record, AuditNeighbours neighbours)
    {
        Tables.WriteHeading(terminal, record.Message ?? record.DocumentId);
        Tables.WriteFields(terminal, Fields(record.Document, ""), indent: 2);
        terminal.Out.WriteLine();
        Tables.WriteHeading(terminal, $"Chain of writer {record.Writer ?? "-"}");
        Tables.WriteFields(
            terminal,
            [
                ("before", Neighbour(neighbours.Before, IsFirst(record) ? "none: it is the first" : "not there", neighbours.Before is { } before && IsLinked(before, record))),
                ("this", $"{record.DocumentId}, {Number(record)}: {Integrity(record)}"),
                ("after", Neighbour(neighbours.After, "not there", neighbours.After is { } after && IsLinked(record, after))),
            ],
            indent: 2);
    }

    private static IEnumerable<(string Name, string Value)> Fields(JsonElement value, string path)
    {
        switch (value.ValueKind)
        {
            // It has a line of its own below, and a pod is more than a table can show.
            case JsonValueKind.Object when path == "coral.chain":
                return [];
            case JsonValueKind.Object when path == "coral.request":
                return [(path, $"{value.GetRawText().Length.ToString(CultureInfo.InvariantCulture)} characters; -o yaml shows it")];
            case JsonValueKind.Object:
                return value.EnumerateObject().SelectMany(member => Fields(member.Value, path.Length == 0 ? member.Name : $"{path}.{member.Name}"));
            case JsonValueKind.Array when value.EnumerateArray().Any(item => item.ValueKind is JsonValueKind.Object or JsonValueKind.Array):
                return value.EnumerateArray().Index().SelectMany(item => Fields(item.Item, $"{path}[{item.Index.ToString(CultureInfo.InvariantCulture)}]"));
            case JsonValueKind.Array:
                return [(path, string.Join(", ", value.EnumerateArray()))];
            default:
                return [(path, value.AsText() ?? value.GetRawText())];
        }
    }

    private static string Neighbour(AuditRecord? other, string absent, bool isLinked) =>
        other is null ? absent : $"{other.DocumentId}, {Number(other)}: {(isLinked ? "linked" : "not linked")}";

    private static string Integrity(AuditRecord record) => record.Integrity switch
    {
        AuditIntegrity.AsWritten => "as it was written",
        AuditIntegrity.Lesser => "stored without the request; the rest is not proven",
        AuditIntegrity.Edited => "not what was written",
        _ => "has no link, so nothing is proven",
    };

    private static string Number(AuditRecord record) => record.Sequence is { } number ? $"number {number.ToString(CultureInfo.InvariantCulture)}" : "no number";

    private static bool IsFirst(AuditRecord record) => Link(record, "prev")?.All(digit => digit == '0') == true;

    private static bool IsLinked(AuditRecord before, AuditRecord after) => Link(after, "prev") is { } link && link == Link(before, "hash");

    private static string? Link(AuditRecord record, string name) => record.Document.Get("coral"u8).Get("chain"u8).Text(name);
}
