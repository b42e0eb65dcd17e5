using Microsoft.AspNetCore.Http;
using Coral.Kubernetes.Tests.Fakes;

namespace Coral.Kubernetes.Tests.Informers;

/// <summary>Alone in the process: it weighs the heap, and what other tests hold at the moment would be weighed with it.</summary>
[Collection(nameof(ReconnectTests))]
public sealed class ReconnectTests
{
    [Fact]
    public async Task Ten_thousand_reconnects_leave_neither_connections_nor_memory_behind()
    {
        const int Rounds = 10_000;
        await using var running = await RunningInformer.CreateAsync(null, "a");
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var (rounds, early, late) = (0, 0L, 0L);
        running.Server.Intercept = async context =>
        {
            if (context.Request.Query["watch"] != "true") return false;
            rounds++;
            if (rounds == Rounds / 10) early = GC.GetTotalMemory(forceFullCollection: true);
            if (rounds == Rounds) late = GC.GetTotalMemory(forceFullCollection: true);
            if (rounds >= Rounds) done.TrySetResult();

            // One event, then the server ends the watch.
            await context.Response.WriteAsync(running.Server.Store.Bookmark() + "\n");
            return true;
        };
        running.Start();
        await done.Task.WaitAsync(TimeSpan.FromMinutes(2));

        Assert.InRange(running.Server.Connections, 1, 3);
        Assert.InRange(running.Time.Waiting, 0, 20);
        Assert.InRange(late - early, long.MinValue, 4 << 20);
    }
}

[CollectionDefinition(nameof(ReconnectTests), DisableParallelization = true)]
public sealed class ReconnectTestsCollection;
