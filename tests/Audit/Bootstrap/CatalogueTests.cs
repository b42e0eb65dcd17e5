using System.Globalization;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Audit.Bootstrap;
using Coral.Audit.Events;
using Coral.Audit.Shipping;
using Coral.Audit.Tests.Events;

namespace Coral.Audit.Tests.Bootstrap;

/// <summary>The catalogue, the documents and the mappings say the same of every field.</summary>
public sealed class CatalogueTests
{
    private static readonly Dictionary<string, CatalogueField> Catalogue = FieldCatalogue.All.ToDictionary(field => field.Name);

    [Fact]
    public void Every_field_has_one_name_and_a_meaning_and_none_stands_below_another()
    {
        Assert.All(FieldCatalogue.All, field => Assert.NotEmpty(field.Means));
        var inside = FieldCatalogue.All.SelectMany(field => FieldCatalogue.All.Where(other => other.Name.StartsWith(field.Name + ".", StringComparison.Ordinal)));
        Assert.Empty(inside);
        Assert.InRange(FieldCatalogue.All.Length, 200, 300);
    }

    [Fact]
    public void Every_field_of_every_document_is_in_the_catalogue_of_its_stream_and_has_its_type()
    {
        foreach (var (stream, path, value) in Emitted())
        {
            Assert.True(Catalogue.TryGetValue(path, out var field), $"{path} of {stream} is in no catalogue");
            Assert.True(field.Streams.Contains(stream), $"{path} is not in the catalogue of {stream}");
            Assert.True(Fits(field.Type, value), $"{path} of {stream} is no {field.Type}: {value}");
        }
    }

    [Fact]
    public void Every_field_of_the_catalogue_is_written_by_some_event_of_each_of_its_streams()
    {
        var emitted = Emitted().Select(field => (field.Stream, field.Path)).ToHashSet();
        Assert.All(FieldCatalogue.All.SelectMany(field => field.Streams, (field, stream) => (stream, field.Name)), field => Assert.Contains(field, emitted));
    }

    [Fact]
    public void The_mapping_of_each_stream_is_its_catalogue()
    {
        foreach (var stream in AuditStream.All)
        {
            var mappings = JsonNode.Parse(new TemplateBodies(stream).Mappings(new FieldTypes(isOpenSearch: false)))!["template"]!["mappings"]!;
            Assert.False(mappings["dynamic"]!.GetValue<bool>());
            Assert.Equal(
                FieldCatalogue.Of(stream).Select(field => $"{field.Name} {(stream == AuditStream.App && field.Name == "data_stream.namespace" ? "keyword" : field.Type)}").Order(StringComparer.Ordinal),
                Leaves(mappings["properties"]!.AsObject(), "").Order(StringComparer.Ordinal));
        }
    }

    /// <summary>Also in the lesser forms, which a server gets that refused the whole.</summary>
    private static IEnumerable<(AuditStream Stream, string Path, JsonElement Value)> Emitted()
    {
        foreach (var e in EventSamples.All)
        {
            var document = Encoded.Bytes(e);
            foreach (var form in new[] { document, LesserDocument.Fallback(document, "t", "r")!, LesserDocument.Slim(document) ?? document })
                foreach (var (path, value) in Encoded.Fields(JsonElement.Parse(form), path => Catalogue.TryGetValue(path, out var field) && FieldCatalogue.IsOpaque(field)))
                    yield return (e.Stream, path, value);
        }
    }

    private static bool Fits(string type, JsonElement value) => type switch
    {
        "keyword" or "constant_keyword" or "match_only_text" or "wildcard" => value.ValueKind == JsonValueKind.String,
        "date" => value.ValueKind == JsonValueKind.String && DateTimeOffset.TryParseExact(value.GetString(), ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"], CultureInfo.InvariantCulture, default, out _),
        "ip" => value.ValueKind == JsonValueKind.String && !value.GetString()!.Contains('%', StringComparison.Ordinal) && IPAddress.TryParse(value.GetString(), out _),
        "long" => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out _),
        "scaled_float" => value.ValueKind == JsonValueKind.Number,
        "boolean" => value.ValueKind is JsonValueKind.True or JsonValueKind.False,
        "object" => value.ValueKind == JsonValueKind.Object,
        "flattened" => value.ValueKind == JsonValueKind.Object && value.EnumerateObject().All(member => member.Value.ValueKind == JsonValueKind.String),
        _ => false,
    };

    private static IEnumerable<string> Leaves(JsonObject properties, string prefix) => properties.SelectMany(field => field.Value!["properties"] is JsonObject inner
        ? Leaves(inner, $"{prefix}{field.Key}.")
        : [$"{prefix}{field.Key} {field.Value["type"]}"]);
}
