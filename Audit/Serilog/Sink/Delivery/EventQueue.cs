using Coral.Audit.Events;
using Coral.Audit.Spool;
using Serilog.Events;

namespace Serilog.Sinks.Elasticsearch.Delivery;

/// <summary>An event that waits in memory.</summary>
internal readonly record struct Waiting(SpoolFrame Frame, LogEvent Event);

/// <summary>Events in memory as documents with ids of their own, bounded in number and bytes: those under way to the server count until they are settled. Thread safe.</summary>
internal sealed class EventQueue(int mostEvents, WriterIdentity identity) : IDisposable
{
    /// <summary>The target for what a whole process may use beside its work (docs of the audit's figures).</summary>
    public const long MostBytes = 64L * 1024 * 1024;

    private readonly Lock gate = new();
    private readonly EventEncoder encoder = new(identity, chain: null);
    private readonly FrameBuffer buffer = new();
    private readonly Queue<Waiting> waiting = new();
    private TaskCompletionSource filled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ulong last;
    private int events;
    private long bytes;
    private bool closed;

    public int Count
    {
        get
        {
            lock (gate) return waiting.Count;
        }
    }

    /// <summary>Throws <see cref="NoRoomException"/>.</summary>
    public void Add(LogLineEvent line, LogEvent e)
    {
        lock (gate)
        {
            if (closed) throw new NoRoomException("the logger is closed");
            if (events >= mostEvents) throw new NoRoomException($"{events} events wait for the server, which is as many as may");
            if (bytes >= MostBytes) throw new NoRoomException($"{bytes / 1024 / 1024} MiB of events wait for the server, which is as much as may");
            buffer.Clear();
            encoder.Encode(buffer, line, last + 1, SpoolFrameKinds.None);
            last++;
            var frame = new SpoolFrame(buffer.Current.ToArray());
            waiting.Enqueue(new Waiting(frame, e));
            events++;
            bytes += frame.Raw.Length;
            filled.TrySetResult();
        }
    }

    public List<Waiting> Take(int most)
    {
        lock (gate)
        {
            var taken = new List<Waiting>(Math.Min(most, waiting.Count));
            while (taken.Count < most && waiting.TryDequeue(out var next)) taken.Add(next);
            if (waiting.Count == 0 && filled.Task.IsCompleted) filled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return taken;
        }
    }

    /// <summary>What was taken is done with.</summary>
    public void Settled(List<Waiting> taken)
    {
        lock (gate)
        {
            events -= taken.Count;
            bytes -= taken.Sum(item => (long)item.Frame.Raw.Length);
        }
    }

    /// <summary>Completes when there is something to take.</summary>
    public Task WaitAsync(CancellationToken cancel)
    {
        lock (gate) return filled.Task.WaitAsync(cancel);
    }

    /// <summary>Takes nothing more.</summary>
    public void Close()
    {
        lock (gate) closed = true;
    }

    public void Dispose() => encoder.Dispose();
}
