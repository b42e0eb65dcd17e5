using System.Collections.Immutable;
using System.Text.Json;

namespace Coral.Audit.Bootstrap;

/// <summary>All fields, from the resource <c>Templates/fields.json</c>: mappings and the reference page are made from it, and tests hold the documents to it.</summary>
internal static class FieldCatalogue
{
    /// <summary>Objects whose members are no fields of ours: kept, and searched at most as a whole.</summary>
    public static bool IsOpaque(CatalogueField field) => field.Type is "object" or "flattened";

    public static ImmutableArray<CatalogueField> All { get; } = Read();

    public static IEnumerable<CatalogueField> Of(AuditStream stream) => All.Where(field => field.Streams.Contains(stream));

    private static ImmutableArray<CatalogueField> Read()
    {
        using var file = typeof(FieldCatalogue).Assembly.GetManifestResourceStream("templates/fields.json") ?? throw new InvalidOperationException("resource fields.json is missing");
        using var json = JsonDocument.Parse(file);
        return [.. json.RootElement.EnumerateArray().Select(Read)];
    }

    private static CatalogueField Read(JsonElement field) => new(
        field.GetProperty("name").GetString()!,
        field.GetProperty("type").GetString()!,
        Streams(field.GetProperty("streams").GetString()!),
        field.TryGetProperty("words", out _),
        field.TryGetProperty("stored", out _),
        field.GetProperty("means").GetString()!);

    private static ImmutableArray<AuditStream> Streams(string names) =>
        names == "all" ? AuditStream.All : [.. names.Split(' ').Select(name => AuditStream.All.Single(stream => stream.ShortName == name))];
}
