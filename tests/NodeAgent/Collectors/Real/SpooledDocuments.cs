using System.Text.Json;
using Coral.Audit.Search;

namespace Coral.NodeAgent.Tests.Collectors.Real;

/// <summary>What collectors have written to the disk.</summary>
internal static class SpooledDocuments
{
    /// <summary>All of a spool, whoever writes to it; none where it is not there yet.</summary>
    internal static async Task<List<JsonElement>> InAsync(string folder)
    {
        var documents = new List<JsonElement>();
        if (!Directory.Exists(folder)) return documents;
        await foreach (var record in new LocalSearch(folder).FindAsync(new AuditQuery { Limit = int.MaxValue })) documents.Add(record.Document);
        return documents;
    }

    /// <summary>A text in objects in it, or null.</summary>
    internal static string? Text(this JsonElement document, params ReadOnlySpan<string> path)
    {
        foreach (var name in path) document = document.ValueKind == JsonValueKind.Object && document.TryGetProperty(name, out var member) ? member : default;
        return document.ValueKind == JsonValueKind.String ? document.GetString() : null;
    }
}
