using System.Text.Json.Nodes;

namespace Coral.Policies.Tests.PodSecurity;

/// <summary>Makes a failing pod small: takes away members and items, large ones first, while it still fails.</summary>
internal static class PodShrinker
{
    public static async Task<string> Shrink(string pod, Func<string, Task<bool>> stillFails)
    {
        var smallest = JsonNode.Parse(pod)!;
        for (var progress = true; progress;)
        {
            progress = false;
            foreach (var path in Paths(smallest, []).OrderBy(path => path.Length).ToList())
            {
                var candidate = smallest.DeepClone();
                if (!Remove(candidate, path) || !await stillFails(candidate.ToJsonString())) continue;
                smallest = candidate;
                progress = true;
            }
        }

        return smallest.ToJsonString();
    }

    /// <summary>The last item of an array first, so that taking it away does not move the others.</summary>
    private static IEnumerable<object[]> Paths(JsonNode? node, object[] prefix)
    {
        var children = node switch
        {
            JsonObject members => members.Select(member => ((object)member.Key, member.Value)),
            JsonArray items => items.Select((item, index) => ((object)index, item)).Reverse(),
            _ => [],
        };
        foreach (var (step, child) in children)
        {
            object[] path = [.. prefix, step];
            yield return path;
            foreach (var deeper in Paths(child, path)) yield return deeper;
        }
    }

    private static bool Remove(JsonNode root, object[] path)
    {
        JsonNode? parent = root;
        foreach (var step in path[..^1]) parent = Child(parent, step);
        switch (parent, path[^1])
        {
            case (JsonObject members, string name): return members.Remove(name);
            case (JsonArray items, int index) when index < items.Count:
                items.RemoveAt(index);
                return true;
            default: return false;
        }
    }

    private static JsonNode? Child(JsonNode? parent, object step) => (parent, step) switch
    {
        (JsonObject members, string name) => members[name],
        (JsonArray items, int index) when index < items.Count => items[index],
        _ => null,
    };
}
