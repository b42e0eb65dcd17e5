using Xunit;

namespace Coral.Testing.Kit;

/// <summary>A cluster for all tests of a class or collection. Nothing is started where they are all skipped; in CI a missing kit fails each of them.</summary>
public abstract class KitClusterFixture(KitClusterOptions options) : IAsyncLifetime
{
    private KitCluster? cluster;
    private ApiClient? api;

    /// <summary>The cluster.</summary>
    public KitCluster Cluster => cluster ?? throw NotStarted();

    /// <summary>A client of its API server.</summary>
    public ApiClient Api => api ?? throw NotStarted();

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (!Kit.Runs) return;
        cluster = await KitCluster.Start(options);
        api = new(cluster.Kubeconfig);
        await Prepare();
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        api?.Dispose();
        if (cluster is not null) await cluster.DisposeAsync();
    }

    /// <summary>What all tests need in the cluster.</summary>
    protected virtual Task Prepare() => Task.CompletedTask;

    private static InvalidOperationException NotStarted() => new($"no cluster was started: {Kit.Missing}");
}
