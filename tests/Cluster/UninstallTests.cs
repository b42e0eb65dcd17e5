namespace Coral.Cluster.Tests.Real;

/// <summary>A cluster that was looked at before anything was installed.</summary>
public abstract class LookedAtCluster : InstalledCluster
{
    private protected LookedAtCluster(Installation installation)
        : base(installation)
    {
    }

    internal SortedSet<string> Before { get; private set; } = [];

    private protected override async Task PrepareAsync() => Before = await Inventory.OfAsync(Cluster);

    /// <summary>Uses it, takes it out, and compares.</summary>
    internal async Task LeavesNothingAsync()
    {
        var ns = await OptedInAsync("privileged");
        await Cluster.ReadyAsync(App.Pod("it", ns));
        Assert.Contains((await Inventory.OfAsync(Cluster)).Except(Before), entry => entry.StartsWith("Node ", StringComparison.Ordinal));
        await Cluster.Kubectl("delete", "namespace", "-l", "coral-e2e=true", "--timeout=180s");
        await UninstallAsync();
        // The garbage collector is a moment behind.
        var left = "";
        try
        {
            await Eventually.Async(async () => (left = string.Join('\n', (await Inventory.OfAsync(Cluster)).Except(Before))).Length == 0, TimeSpan.FromSeconds(60), "nothing is left");
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException($"left behind:\n{left}", e);
        }
    }
}

/// <summary>Installed by the script.</summary>
public sealed class ScriptedCluster() : LookedAtCluster(new ByScript("dev"));

/// <summary>Installed by Helm.</summary>
public sealed class HelmCluster() : LookedAtCluster(new ByHelm());

/// <summary>What <c>deploy.sh undeploy</c> leaves behind.</summary>
public sealed class UninstallTests(ScriptedCluster installed) : IClassFixture<ScriptedCluster>
{
    [ClusterFact]
    public Task M63_undeploy_leaves_nothing_behind() => installed.LeavesNothingAsync();
}

/// <summary>The same life by Helm.</summary>
public sealed class HelmTests(HelmCluster installed) : IClassFixture<HelmCluster>
{
    [ClusterFact]
    public async Task R71_what_Helm_installs_runs_each_kind_of_workload_at_each_level_and_leaves_nothing_behind()
    {
        await Workloads.RunAsync(installed);
        await installed.LeavesNothingAsync();
    }
}
