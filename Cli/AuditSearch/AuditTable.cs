using System.Globalization;
using Coral.Audit.Search;
using Coral.Cli.Output;
using Coral.Policies;

namespace Coral.Cli.AuditSearch;

/// <summary>Decisions as rows.</summary>
internal static class AuditTable
{
    private const int ShortId = 8;
    private static readonly string[] Header = ["Time", "Namespace", "Pod", "Outcome", "Reason", "Variant", "Form", "Level", "Id"];

    internal static void Write(Terminal terminal, IReadOnlyList<AuditRecord> records)
    {
        var rows = records.Select(Row).ToList();
        if (terminal.Width is { } width && Tables.Width(Header, rows) > width)
        {
            foreach (var row in rows) row[^1] = row[^1].Length > ShortId ? row[^1][..ShortId] + "…" : row[^1];
        }

        Tables.Write(terminal, Header, rows, wraps: ["Namespace", "Pod", "Reason"]);
    }

    /// <summary>The columns of one decision.</summary>
    internal static string[] Row(AuditRecord record) =>
    [
        record.Timestamp.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        record.Namespace ?? "-",
        record.ResourceType is null or "pod" ? Name(record) : $"{record.ResourceType}/{Name(record)}",
        record.Outcome ?? record.Action ?? "-",
        record.Reason ?? "-",
        record.Variant ?? "-",
        record.Form ?? "-",
        record.Document.Get("coral"u8).Get("pss"u8).Text("level"u8) ?? "-",
        record.DecisionId ?? record.DocumentId,
    ];

    /// <summary>A star stands for what the API server adds to a beginning of a name.</summary>
    private static string Name(AuditRecord record) => record.Name switch
    {
        null => "-",
        var name when record.Document.Get("coral"u8).Get("pod"u8).Text("generate_name"u8) == name => name + "*",
        var name => name,
    };
}
