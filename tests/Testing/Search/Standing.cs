using System.Text.Json.Nodes;

namespace Coral.Testing.Search;

/// <summary>What a server of one node answers to everything but documents: as if it were prepared.</summary>
internal static class Standing
{
    private const string Nothing = "{}";

    internal static int StatusOf(string method, string path) => method != "GET" || BodyOf(path, 1) != Nothing ? 200 : 404;

    /// <param name="path">Without its first slash.</param>
    /// <param name="indices">How many indices a stream has.</param>
    internal static string BodyOf(string path, int indices)
    {
        var stream = path.StartsWith("_data_stream/", StringComparison.Ordinal) ? path["_data_stream/".Length..] : path.Split('/')[0];
        string[] names = [.. Enumerable.Range(1, indices).Select(number => $".ds-{stream}-{number:D6}")];
        if (path.Length == 0) return """{"version":{"number":"8.19.21","build_flavor":"default"}}""";
        if (path == "_tasks") return """{"nodes":{}}""";
        if (path.StartsWith("_data_stream/", StringComparison.Ordinal))
        {
            var listed = new JsonArray([.. names.Select(name => new JsonObject { ["index_name"] = name })]);
            return new JsonObject { ["data_streams"] = new JsonArray(new JsonObject { ["name"] = stream, ["indices"] = listed }) }.ToJsonString();
        }

        if (!path.EndsWith("/_settings/index.creation_date", StringComparison.Ordinal)) return Nothing;
        // All of the same day, so that each may have any document.
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        return new JsonObject(names.Select(name => KeyValuePair.Create(name, (JsonNode?)new JsonObject { ["settings"] = new JsonObject { ["index.creation_date"] = $"{now}" } }))).ToJsonString();
    }
}
