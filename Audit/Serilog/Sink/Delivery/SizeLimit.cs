using Coral.Audit.Events;
using Coral.Audit.Spool;

namespace Serilog.Sinks.Elasticsearch.Delivery;

/// <summary>Measures documents before anything is kept of them. Thread safe.</summary>
internal sealed class SizeLimit(long most) : IDisposable
{
    private readonly Lock gate = new();
    private readonly EventEncoder encoder = new(default, chain: null);
    private readonly FrameBuffer buffer = new();

    /// <summary>Throws <see cref="NoRoomException"/> for a document of more bytes.</summary>
    public void Check(LogLineEvent line)
    {
        lock (gate)
        {
            buffer.Clear();
            encoder.Encode(buffer, line, 1, SpoolFrameKinds.None);
            var size = new SpoolFrame(buffer.Current.ToArray()).Document.Length;
            if (size > most) throw new NoRoomException($"its document has {size} bytes, at most {most} may be");
        }
    }

    public void Dispose() => encoder.Dispose();
}
