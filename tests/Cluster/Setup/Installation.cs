namespace Coral.Cluster.Tests.Real.Setup;

/// <summary>A way to install Coral Policy into a cluster, and to take it out again, as a user does it.</summary>
internal abstract record Installation
{
    public abstract Task InstallAsync(TestCluster cluster);

    public abstract Task UninstallAsync(TestCluster cluster);

    /// <summary>Which search server the processes use, and which cluster they say that this is.</summary>
    protected static IEnumerable<(string Name, string Value)> Settings(TestCluster cluster) =>
        cluster.SearchFromPods is { } search ? [("CORAL_CLUSTER", "coral-e2e"), ("CORAL_SEARCH", search.ToString())] : [("CORAL_CLUSTER", "coral-e2e")];
}
