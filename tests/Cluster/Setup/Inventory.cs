namespace Coral.Cluster.Tests.Real.Setup;

/// <summary>All that a cluster holds, by kind and name, and every label and annotation of ours on its nodes.</summary>
internal static class Inventory
{
    // What the cluster itself makes and takes away all the time.
    private static readonly string[] Passing = ["events", "events.events.k8s.io", "leases.coordination.k8s.io", "componentstatuses"];

    public static async Task<SortedSet<string>> OfAsync(TestCluster cluster)
    {
        var kinds = (await cluster.Kubectl("api-resources", "--verbs=list", "-o", "name")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Except(Passing);
        var listed = await cluster.Kubectl("get", string.Join(',', kinds), "-A", "--ignore-not-found", "-o", "jsonpath={range .items[*]}{.apiVersion} {.kind} {.metadata.namespace}/{.metadata.name}{\"\\n\"}{end}");
        var found = new SortedSet<string>(listed.Split('\n', StringSplitOptions.RemoveEmptyEntries), StringComparer.Ordinal);
        foreach (var node in await cluster.List("nodes"))
        {
            foreach (var part in new[] { "labels", "annotations" })
                found.UnionWith(node["metadata"]![part]!.AsObject().Where(entry => entry.Key.Contains("coral.io/", StringComparison.Ordinal)).Select(entry => $"Node {node["metadata"]!["name"]} {part}: {entry.Key}"));
        }

        return found;
    }
}
