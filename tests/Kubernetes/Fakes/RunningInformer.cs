using Coral.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Kubernetes.Tests.Fakes;

/// <summary>A fake server, a client and an informer of its pods on a clock that the test moves.</summary>
internal sealed class RunningInformer : IAsyncDisposable
{
    private readonly TestFolder folder = new();
    private readonly CancellationTokenSource stop = new();
    private readonly KubernetesClient client;
    private Task run = Task.CompletedTask;

    private RunningInformer(FakeApiServer server, InformerOptions options)
    {
        Server = server;
        client = new KubernetesClient(server.Config(folder), Time, NullLoggerFactory.Instance);
        Informer = new Informer(client, ApiResource.Pods, options, Time, NullLogger.Instance);
    }

    public FakeApiServer Server { get; }

    public FakeTimeProvider Time { get; } = new();

    public Informer Informer { get; }

    /// <summary>The server with its first objects, not yet followed.</summary>
    public static async Task<RunningInformer> CreateAsync(InformerOptions? options = null, params string[] names)
    {
        var running = new RunningInformer(await FakeApiServer.StartAsync(), options ?? new InformerOptions());
        foreach (var name in names) running.Server.Store.Put(name);
        return running;
    }

    public RunningInformer Start()
    {
        run = Task.Run(() => Informer.RunAsync(stop.Token));
        return this;
    }

    /// <summary>Followed, and with an open watch.</summary>
    public static async Task<RunningInformer> StartAsync(params string[] names)
    {
        var running = (await CreateAsync(null, names)).Start();
        await running.Synced();
        await Eventually.Is(() => running.Server.OpenWatches == 1, "a watch is open");

        // The informer has heard on it too, so that no limit on opening it runs any more when the test moves the clock.
        running.Time.Advance(TimeSpan.FromMilliseconds(1));
        running.Server.Send(running.Server.Store.Bookmark());
        await Eventually.Is(() => running.Informer.LastEvent == running.Time.GetUtcNow(), "the bookmark is heard");
        return running;
    }

    /// <summary>Asks the informer to end.</summary>
    public void Cancel() => stop.Cancel();

    /// <summary>Waits for its end, and throws what it threw.</summary>
    public Task Ended() => run.WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>Whether name and version of each item are those of the server.</summary>
    public bool IsEqual()
    {
        var items = Informer.Items;
        var objects = Server.Store.Objects;
        return items.Count == objects.Count && items.All(item => objects.TryGetValue(item.Key.ToString(), out var text) && text == item.Value.GetRawText());
    }

    /// <summary>The first list is read; fails after half a minute.</summary>
    public Task Synced() => Informer.WaitForSyncAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));

    /// <summary>Waits for equality, moving the clock so that pauses after failures end.</summary>
    public Task Catch() => Eventually.Is(IsEqual, "the items are the server's", () => Time.Advance(TimeSpan.FromMilliseconds(200)));

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await run;
        client.Dispose();
        await Server.DisposeAsync();
        folder.Dispose();
        stop.Dispose();
    }
}
