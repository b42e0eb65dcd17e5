namespace Coral.EndToEnd.Real;

/// <summary>All objects of a cluster.</summary>
internal static class ObjectNames
{
    // What servers and controllers make and renew by themselves.
    private static readonly string[] NotLooked = ["events", "events.events.k8s.io", "componentstatuses", "ipaddresses.networking.k8s.io", "apiservices.apiregistration.k8s.io"];

    /// <summary>Each as <c>Kind NAMESPACE/NAME</c>, of whatever kind, sorted.</summary>
    internal static async Task<List<string>> AllAsync(KitCluster cluster)
    {
        var kinds = (await cluster.Kubectl("api-resources", "--verbs=list", "-o", "name")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Except(NotLooked);
        var names = await cluster.Kubectl("get", string.Join(',', kinds), "-A", "-o", """jsonpath={range .items[*]}{.kind} {.metadata.namespace}/{.metadata.name}{"\n"}{end}""");
        return [.. names.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal)];
    }
}
