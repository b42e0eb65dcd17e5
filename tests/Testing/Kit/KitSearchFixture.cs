using Xunit;

namespace Coral.Testing.Kit;

/// <summary>An Elasticsearch for all tests of a class or collection. Nothing is started where they are all skipped; in CI a missing kit fails each of them.</summary>
public sealed class KitSearchFixture : IAsyncLifetime
{
    private KitSearch? server;

    /// <summary>The server.</summary>
    public KitSearch Server => server ?? throw new InvalidOperationException($"no search server was started: {Kit.Missing}");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (Kit.Runs) server = await KitSearch.Up();
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
    }
}
