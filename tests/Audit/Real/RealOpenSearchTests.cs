using Coral.Testing.Kit;

namespace Coral.Audit.Tests.Real;

/// <summary>The shipper against the kit's real OpenSearch.</summary>
public sealed class RealOpenSearchTests(OpenSearchFixture kit) : RealServerTests, IClassFixture<OpenSearchFixture>
{
    /// <inheritdoc/>
    protected override KitSearch Server => kit.Server;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Lacks => ["lifecycle"];
}

/// <summary>An OpenSearch for all tests of a class. Nothing is started where they are all skipped.</summary>
public sealed class OpenSearchFixture : IAsyncLifetime
{
    private KitSearch? server;

    /// <summary>The server.</summary>
    public KitSearch Server => server ?? throw new InvalidOperationException($"no search server was started: {Kit.Missing}");

    /// <inheritdoc/>
    public async Task InitializeAsync()
    {
        if (Kit.Runs) server = await KitSearch.Up("opensearch");
    }

    /// <inheritdoc/>
    public async Task DisposeAsync()
    {
        if (server is not null) await server.DisposeAsync();
    }
}
