using System.Buffers.Binary;
using Coral.Audit.Events;
using Coral.Audit.Spool;

namespace Coral.Audit;

/// <summary>
/// Makes documents as a search server would get them, without a spool: for a look at what would be indexed. Each writer counts its documents from 1 as one that nobody else is; they are linked in no chain. Not thread safe.
/// </summary>
public sealed class DocumentWriter : IDisposable
{
    // No secret, only a number that nobody else has: it takes no library for that.
    private readonly EventEncoder encoder = new(new WriterIdentity(BinaryPrimitives.ReadUInt64LittleEndian(Guid.NewGuid().ToByteArray()), 1), chain: null);
    private readonly FrameBuffer buffer = new();
    private ulong sequence;

    /// <summary>The document: one JSON object in UTF-8, without line breaks; good until the next call.</summary>
    /// <exception cref="ArgumentException">The event belongs to a stream whose documents are linked, or is too large.</exception>
    public ReadOnlyMemory<byte> Write(AuditEvent e)
    {
        ArgumentNullException.ThrowIfNull(e);
        if (e.Stream.Class == StreamClass.Audit) throw new ArgumentException($"Documents of {e.Stream.Name} are linked, and only a spool can do that.", nameof(e));
        buffer.Clear();
        encoder.Encode(buffer, e, ++sequence, SpoolFrameKinds.None);
        return new SpoolFrame(buffer.CurrentMemory).Document;
    }

    /// <inheritdoc/>
    public void Dispose() => encoder.Dispose();
}
