namespace Coral.Cluster.Tests.Real.Setup;

/// <summary>Tests that share an installation. Each takes its namespaces away, so that the next has the whole node.</summary>
public abstract class ClusterTests : IAsyncLifetime
{
    private readonly InstalledCluster installed;

    protected ClusterTests(InstalledCluster installed) => this.installed = installed;

    internal TestCluster Cluster => installed.Cluster;

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => Target.Missing is null ? installed.SweepAsync() : Task.CompletedTask;
}
