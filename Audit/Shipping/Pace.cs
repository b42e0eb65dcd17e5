namespace Coral.Audit.Shipping;

/// <summary>How many requests may be at work: half as many after each that the server put off or that failed, one more after a row of good ones. Thread safe.</summary>
internal sealed class Pace
{
    /// <summary>So many good requests in a row for each that is allowed make one more.</summary>
    private const int Row = 4;

    private readonly Lock gate = new();
    private readonly Queue<TaskCompletionSource> waiting = new();
    private readonly int most;
    private int allowed;
    private int busy;
    private int good;

    public Pace(int most) => this.most = allowed = most;

    public int Allowed
    {
        get
        {
            lock (gate) return allowed;
        }
    }

    public async Task EnterAsync(CancellationToken cancel)
    {
        var turn = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            waiting.Enqueue(turn);
            Admit();
        }

        await using var _ = cancel.Register(() => turn.TrySetCanceled(cancel));
        await turn.Task;
    }

    public void Leave()
    {
        lock (gate)
        {
            busy--;
            Admit();
        }
    }

    public void Slow()
    {
        lock (gate)
        {
            allowed = Math.Max(1, allowed / 2);
            good = 0;
        }
    }

    public void Went()
    {
        lock (gate)
        {
            if (allowed == most || ++good < Row * allowed) return;
            allowed++;
            good = 0;
            Admit();
        }
    }

    private void Admit()
    {
        while (busy < allowed && waiting.TryDequeue(out var next))
        {
            if (next.TrySetResult()) busy++;
        }
    }
}
