using Coral.Kubernetes.Tests.Fakes;
using FsCheck;
using FsCheck.Fluent;

namespace Coral.Kubernetes.Tests.Informers;

public sealed class AnyTroubleTests
{
    /// <summary>What may happen on the way from the server to the informer.</summary>
    public enum Trouble
    {
        Put,
        PutUnheard,
        Delete,
        DeleteUnheard,
        Compact,
        EndWatches,
        EndWithinEvent,
        AbortWatches,
        Garbage,
        ErrorInside,
        Twice,
        Bookmark,
        Gone,
    }

    [Fact]
    public void Whatever_happens_to_the_connection_the_items_end_up_as_the_servers()
    {
        var steps = Gen.Zip(Gen.Elements(Enum.GetValues<Trouble>()), Gen.Choose(0, 5)).Select(pair => (pair.Item1, $"pod-{pair.Item2}")).ListOf(20).ToArbitrary();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(steps, list => Survive([.. list]).GetAwaiter().GetResult()));
    }

    private static async Task<bool> Survive(List<(Trouble Trouble, string Name)> steps)
    {
        await using var running = await RunningInformer.StartAsync("pod-0", "pod-1", "pod-2");
        foreach (var (trouble, name) in steps)
        {
            Do(running.Server, trouble, name);
            running.Time.Advance(TimeSpan.FromMilliseconds(100));
            await Task.Yield();
        }

        // What was withheld from an open watch is found when that ends.
        running.Server.EndWatches();
        await running.Catch();
        return running.IsEqual();
    }

    private static void Do(FakeApiServer server, Trouble trouble, string name)
    {
        switch (trouble)
        {
            case Trouble.Put:
                server.Store.Put(name, Guid.NewGuid().ToString());
                break;
            case Trouble.PutUnheard:
                server.EndWatches();
                server.Store.Put(name, Guid.NewGuid().ToString(), tell: false);
                break;
            case Trouble.Delete:
                server.Store.Delete(name);
                break;
            case Trouble.DeleteUnheard:
                server.EndWatches();
                server.Store.Delete(name, tell: false);
                break;
            case Trouble.Compact:
                // A real server tells open watches everything before it forgets it.
                server.EndWatches();
                server.Store.Compact();
                break;
            case Trouble.EndWatches:
                server.EndWatches();
                break;
            case Trouble.EndWithinEvent:
                server.EndWithinEvent();
                break;
            case Trouble.AbortWatches:
                server.AbortWatches();
                break;
            case Trouble.Garbage:
                server.Send("}{");
                break;
            case Trouble.ErrorInside:
                server.Send(FakeStore.Event("ERROR", FakeApiServer.Status(500, "InternalError", "boom")));
                break;
            case Trouble.Gone:
                server.Send(FakeStore.Event("ERROR", FakeApiServer.Status(410, "Expired", "too old")));
                break;
            case Trouble.Twice:
                if (server.Store.Objects.TryGetValue("ns/" + name, out var text)) server.Send(FakeStore.Event("MODIFIED", text));
                break;
            case Trouble.Bookmark:
                server.Send(server.Store.Bookmark());
                break;
        }
    }
}
