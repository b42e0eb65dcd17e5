using System.Text.Json.Nodes;

namespace Coral.Testing.Pods;

/// <summary>A pod in the making, with the dice.</summary>
internal sealed class PodDraft(Random random, PodGeneratorOptions options)
{
    public PodGeneratorOptions Options { get; } = options;

    public JsonObject Pod { get; } = new() { ["apiVersion"] = "v1", ["kind"] = "Pod" };

    public JsonObject Spec { get; } = [];

    public IEnumerable<JsonObject> Containers => List("initContainers").Concat(List("containers")).Concat(List("ephemeralContainers"));

    public IEnumerable<JsonObject> RegularContainers => List("containers");

    public bool Chance(double probability) => random.NextDouble() < probability;

    public int Number(int min, int maxInclusive) => random.Next(min, maxInclusive + 1);

    public T Pick<T>(params ReadOnlySpan<T> from) => from[random.Next(from.Length)];

    /// <summary>The object member of that name, made when absent.</summary>
    public static JsonObject Child(JsonObject parent, string name)
    {
        if (parent[name] is JsonObject child) return child;
        var made = new JsonObject();
        parent[name] = made;
        return made;
    }

    /// <summary>A random part of the items, in their order.</summary>
    public JsonArray Some(double probability, params IEnumerable<string> items) =>
        new([.. items.Where(_ => Chance(probability)).Select(item => (JsonNode)item)]);

    private IEnumerable<JsonObject> List(string name) => Spec[name] is JsonArray list ? list.OfType<JsonObject>() : [];
}
