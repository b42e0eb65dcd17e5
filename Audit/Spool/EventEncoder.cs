using System.Text.Encodings.Web;
using System.Text.Json;
using Coral.Audit.Chain;
using Coral.Audit.Events;

namespace Coral.Audit.Spool;

/// <summary>Turns an event into a frame, once: the bytes that the spool keeps are the bytes that the search server gets. Without a chain (samples) documents are not linked. Not thread safe.</summary>
internal sealed class EventEncoder(WriterIdentity identity, ChainHead? chain) : IDisposable
{
    private readonly string writerHex = identity.Writer.ToString("x16");

    // Relaxed, because a document goes into no web page and people search its text.
    private readonly Utf8JsonWriter json = new(Stream.Null, new JsonWriterOptions { SkipValidation = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>Appends the event's frame to the buffer, or nothing when it throws. The next one is linked to it only after <see cref="ChainHead.Accept"/>.</summary>
    public void Encode(FrameBuffer buffer, AuditEvent e, ulong sequence, SpoolFrameKinds kinds)
    {
        var id = new DocumentId(identity.Writer, identity.Epoch, sequence);
        var stream = e.Stream.NameBytes;
        var room = Frame.HeadBytes + DocumentId.TextBytes + stream.Length;
        buffer.Begin(room);
        try
        {
            json.Reset(buffer);
            e.Write(json, new EventStamp(id, writerHex));
            json.Flush();
            var added = (chain is null ? 0 : ChainLink.Added) + Frame.TailBytes;
            if (buffer.Current.Length + added > Frame.MaxBytes)
                throw new ArgumentException($"The event makes a document of {buffer.Current.Length} bytes; at most {Frame.MaxBytes} fit.", nameof(e));
            // A line of a bulk request is one document. In valid JSON a raw line break is only ever white space.
            var document = buffer.Current[room..];
            document.Replace((byte)'\n', (byte)' ');
            document.Replace((byte)'\r', (byte)' ');
            buffer.GetSpan(added)[..added].Clear();
            buffer.Advance(added);
            id.WriteText(buffer.Current[Frame.HeadBytes..]);
            chain?.Link(buffer.Current[room..^Frame.TailBytes], buffer.Current.Slice(Frame.HeadBytes, DocumentId.TextBytes));
        }
        catch
        {
            buffer.Abandon();
            throw;
        }

        var frame = buffer.Current;
        stream.CopyTo(frame[(Frame.HeadBytes + DocumentId.TextBytes)..]);
        Frame.Seal(frame, sequence, kinds, DocumentId.TextBytes, stream.Length);
    }

    public void Dispose() => json.Dispose();
}
