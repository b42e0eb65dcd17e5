namespace Coral.Audit.Shipping;

/// <summary>Batches on their way, in the order of their documents. They may arrive in any order, and count from the first on without a gap. Not thread safe.</summary>
internal sealed class Flights
{
    private readonly Queue<(ShipBatch Batch, Task Task)> all = new();

    public int Count => all.Count;

    public void Add(ShipBatch batch, Task task) => all.Enqueue((batch, task));

    /// <summary>Takes out those that arrived, up to the first that has not. Throws what ended one of them.</summary>
    public async Task<List<ShipBatch>> ArrivedAsync()
    {
        var arrived = new List<ShipBatch>();
        while (all.TryPeek(out var first) && first.Task.IsCompleted)
        {
            await first.Task;
            arrived.Add(all.Dequeue().Batch);
        }

        return arrived;
    }

    /// <summary>Completes when one that is still under way arrives, or when <paramref name="other"/> does.</summary>
    public Task AnyAsync(Task? other)
    {
        Task[] under = [.. all.Select(flight => flight.Task).Where(task => !task.IsCompleted)];
        if (under.Length == 0 && all.Count > 0) return Task.CompletedTask;
        return Task.WhenAny(other is null ? under : under.Append(other));
    }

    /// <summary>Completes when all have ended, however they did.</summary>
    public Task EndedAsync() => Task.WhenAll(all.Select(flight => flight.Task)).ContinueWith(static ended => ended.Exception, TaskScheduler.Default);
}
