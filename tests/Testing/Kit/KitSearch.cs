namespace Coral.Testing.Kit;

/// <summary>A search server of the kit (Elasticsearch or OpenSearch), with state and port of its own.</summary>
public sealed class KitSearch : IAsyncDisposable
{
    private readonly KitState state;

    private KitSearch(KitState state, Uri url)
    {
        this.state = state;
        Url = url;
    }

    /// <summary>Its address; the same after <see cref="Start"/>.</summary>
    public Uri Url { get; }

    /// <summary>Starts a server with empty data and waits until it answers.</summary>
    /// <param name="kind"><c>elasticsearch</c> or <c>opensearch</c>.</param>
    public static async Task<KitSearch> Up(string kind = "elasticsearch")
    {
        var fresh = new KitState("search", "down");
        try
        {
            return new(fresh, new(await fresh.Kit("search", "up", kind, "--port", $"{Ports.Take()}")));
        }
        catch
        {
            await fresh.DisposeAsync();
            throw;
        }
    }

    /// <summary>kill -9.</summary>
    public Task Kill() => state.Kit("search", "kill");

    /// <summary>Ends it in good order.</summary>
    public Task Stop() => state.Kit("search", "stop");

    /// <summary>Starts it again on the same data and waits until it answers.</summary>
    public Task Start() => state.Kit("search", "start");

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => state.DisposeAsync();
}
