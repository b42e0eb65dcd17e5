using System.Collections.Concurrent;

namespace Coral.Testing.Kit;

/// <summary>A state folder of the kit. What runs in it is stopped when it is disposed, or else when this process ends.</summary>
internal sealed class KitState : IAsyncDisposable
{
    private static readonly ConcurrentDictionary<KitState, byte> Running = new();

    private readonly string[] down;

    static KitState() => AppDomain.CurrentDomain.ProcessExit += (_, _) => Task.WhenAll(Running.Keys.Select(state => state.DisposeAsync().AsTask())).GetAwaiter().GetResult();

    public KitState(params string[] down)
    {
        this.down = down;
        Folder = Directory.CreateTempSubdirectory("coral-kit-").FullName;
        Running[this] = 0;
    }

    public string Folder { get; }

    public Task<string> Kit(params IEnumerable<string> arguments) => Testing.Kit.Kit.Run(Folder, arguments);

    public async ValueTask DisposeAsync()
    {
        if (!Running.TryRemove(this, out _)) return;
        try
        {
            await Kit(down);
        }
        finally
        {
            Directory.Delete(Folder, recursive: true);
        }
    }
}
