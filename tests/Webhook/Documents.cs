using System.Text.Json;
using Coral.Audit.Search;

namespace Coral.Webhook.Tests;

/// <summary>Reads what a running webhook has recorded: readers take no lock.</summary>
internal static class Documents
{
    internal static async Task<IReadOnlyList<JsonElement>> OfAsync(string spool, string id)
    {
        var found = new List<JsonElement>();
        await foreach (var record in new LocalSearch(spool).FindAsync(new AuditQuery { Limit = 10_000 }))
        {
            if (record.DecisionId == id) found.Add(record.Document);
        }

        return found;
    }
}
