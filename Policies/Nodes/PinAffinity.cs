using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace Coral.Policies.Nodes;

/// <summary>One JSON patch operation <c>add</c>.</summary>
/// <param name="Path">A JSON pointer into the pod.</param>
/// <param name="Value">What is added.</param>
/// <param name="OverNull">What stands at the path is <c>null</c>, which has to be tested before, because <c>add</c> replaces it.</param>
public readonly record struct PinAddition(string Path, JsonElement Value, bool OverNull);

/// <summary>The required node affinity that pins a pod. Pure and thread safe.</summary>
public static class PinAffinity
{
    private const string Required = "requiredDuringSchedulingIgnoredDuringExecution";

    /// <summary>
    /// What has to be added to a pod so that it lands only on nodes with one of the labels, and where else it might not land stays so: terms are
    /// alternatives, so each of them gets the requirement, but for empty ones, which match no node and would match some with it.
    /// </summary>
    /// <param name="podSpec">The pod's <c>spec</c>.</param>
    /// <param name="labels">Values of <c>coral.io/ebpf</c>: <see cref="Pin.Labels"/>.</param>
    public static ImmutableArray<PinAddition> Additions(JsonElement podSpec, ImmutableArray<string> labels)
    {
        if (labels.IsEmpty) return [];
        var affinity = podSpec.Get("affinity"u8);
        var nodeAffinity = affinity.Get("nodeAffinity"u8);
        var required = nodeAffinity.Get("requiredDuringSchedulingIgnoredDuringExecution"u8);
        if (affinity.ValueKind != JsonValueKind.Object) return [Add("/spec/affinity", affinity, json => Whole(json, labels, "nodeAffinity", Required))];
        if (nodeAffinity.ValueKind != JsonValueKind.Object) return [Add("/spec/affinity/nodeAffinity", nodeAffinity, json => Whole(json, labels, Required))];
        if (required.ValueKind != JsonValueKind.Object) return [Add($"/spec/affinity/nodeAffinity/{Required}", required, json => Whole(json, labels))];

        var additions = ImmutableArray.CreateBuilder<PinAddition>();
        foreach (var (at, term) in required.Items("nodeSelectorTerms"u8).Index())
        {
            var expressions = term.Get("matchExpressions"u8);
            var count = expressions.ValueKind == JsonValueKind.Array ? expressions.GetArrayLength() : 0;
            if (count == 0 && !term.Items("matchFields"u8).MoveNext()) continue;
            var path = $"/spec/affinity/nodeAffinity/{Required}/nodeSelectorTerms/{at}/matchExpressions";
            additions.Add(expressions.ValueKind == JsonValueKind.Array
                ? Add($"{path}/-", default, json => Requirement(json, labels))
                : Add(path, expressions, json => Requirements(json, labels)));
        }

        return additions.DrainToImmutable();
    }

    private static PinAddition Add(string path, JsonElement there, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer)) write(json);
        return new PinAddition(path, JsonElement.Parse(buffer.WrittenSpan), there.ValueKind == JsonValueKind.Null);
    }

    /// <summary>A whole selector inside objects of the given names.</summary>
    private static void Whole(Utf8JsonWriter json, ImmutableArray<string> labels, params ReadOnlySpan<string> around)
    {
        json.WriteStartObject();
        foreach (var name in around) json.WriteStartObject(name);
        json.WriteStartArray("nodeSelectorTerms"u8);
        json.WriteStartObject();
        json.WritePropertyName("matchExpressions"u8);
        Requirements(json, labels);
        json.WriteEndObject();
        json.WriteEndArray();
        for (var level = 0; level <= around.Length; level++) json.WriteEndObject();
    }

    private static void Requirements(Utf8JsonWriter json, ImmutableArray<string> labels)
    {
        json.WriteStartArray();
        Requirement(json, labels);
        json.WriteEndArray();
    }

    private static void Requirement(Utf8JsonWriter json, ImmutableArray<string> labels)
    {
        json.WriteStartObject();
        json.WriteString("key"u8, Vocabulary.NodeEbpf);
        json.WriteString("operator"u8, "In"u8);
        json.WriteStartArray("values"u8);
        foreach (var label in labels) json.WriteStringValue(label);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
