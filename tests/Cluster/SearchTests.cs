using System.Globalization;
using System.Text.RegularExpressions;

namespace Coral.Cluster.Tests.Real;

/// <summary>What was decided and reported in the cluster is found by the searches that we ship.</summary>
[Collection(DefaultTests.Name)]
public sealed partial class SearchTests(DefaultCluster installed) : ClusterTests(installed)
{
    [ClusterFact(Needs.Search)]
    public async Task Every_decision_of_the_run_is_found_by_the_saved_search_and_so_is_each_pods_own()
    {
        using var searches = new Searches(Cluster.Search!);
        var ns = await installed.OptedInAsync("restricted");
        for (var i = 0; i < 5; i++) await Cluster.Apply(App.Pod($"pod-{i}", ns, App.Web).ToJsonString());

        var decided = 0;
        foreach (var webhook in await Cluster.List("pods", "-n", "coral-system", "-l", "app.kubernetes.io/name=coral-webhook"))
        {
            var page = await Cluster.Kubectl("get", "--raw", $"/api/v1/namespaces/coral-system/pods/{webhook["metadata"]!["name"]}:9102/proxy/metrics");
            decided += Requests().Matches(page).Sum(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture));
        }

        Assert.True(decided >= 5, $"{decided} decisions");
        await Eventually.Async(async () => await searches.CountAsync("coral-search-decisions") >= decided, TimeSpan.FromSeconds(60), $"{decided} decisions are found");
        Assert.Equal(decided, await searches.CountAsync("coral-search-decisions"));
        foreach (var pod in await Cluster.List("pods", "-A"))
        {
            if (Injected.Of(pod) is { Decision: { } id }) Assert.Equal(1, await searches.CountAsync("coral-search-decisions", "coral.decision.id", id));
        }

        Assert.Equal(5, await searches.CountAsync("coral-search-decisions", "orchestrator.namespace", ns));
        // Beside what collectors saw of the pods.
        Assert.InRange(await searches.CountAsync("coral-search-everything", "orchestrator.namespace", ns), 5, int.MaxValue);
    }

    [ClusterFact(Needs.Search)]
    public async Task Each_nodes_report_is_found_by_the_saved_search()
    {
        using var searches = new Searches(Cluster.Search!);
        foreach (var node in await Cluster.List("nodecapabilities"))
        {
            var name = (string)node["metadata"]!["name"]!;
            await Eventually.Async(async () => await searches.CountAsync("coral-search-node-reports", "kubernetes.node.name", name) > 0, TimeSpan.FromSeconds(60), $"the report of {name} is found");
        }
    }

    [GeneratedRegex("""^coral_admission_requests_total(?:\{[^}]*\})? (\d+)""", RegexOptions.Multiline)]
    private static partial Regex Requests();
}
