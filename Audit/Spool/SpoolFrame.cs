using System.Buffers.Binary;
using System.Text;

namespace Coral.Audit.Spool;

/// <summary>One frame as it was read from a spool. It looks into the reader's memory: see the reader for how long that is good.</summary>
public readonly struct SpoolFrame
{
    private readonly ReadOnlyMemory<byte> frame;

    internal SpoolFrame(ReadOnlyMemory<byte> frame) => this.frame = frame;

    /// <summary>The place in the spool's sequence, counted from 1 over all lives of the writer.</summary>
    public ulong Sequence => Frame.Sequence(frame.Span);

    /// <summary>What is special about it.</summary>
    public SpoolFrameKinds Kinds => (SpoolFrameKinds)BinaryPrimitives.ReadUInt16LittleEndian(frame.Span[16..]);

    /// <summary>The document's id in the search server. Allocates.</summary>
    public string Id => Encoding.ASCII.GetString(IdBytes);

    /// <summary>The data stream that it belongs to. Allocates.</summary>
    public string Stream => Encoding.UTF8.GetString(StreamBytes);

    /// <summary>The document: one JSON object in UTF-8, without line breaks.</summary>
    public ReadOnlyMemory<byte> Document => frame[(Frame.HeadBytes + IdLength + StreamLength)..^Frame.TailBytes];

    internal ReadOnlyMemory<byte> Raw => frame;

    internal ReadOnlySpan<byte> IdBytes => frame.Span.Slice(Frame.HeadBytes, IdLength);

    internal ReadOnlySpan<byte> StreamBytes => frame.Span.Slice(Frame.HeadBytes + IdLength, StreamLength);

    private int IdLength => frame.Span[18];

    private int StreamLength => frame.Span[19];
}
