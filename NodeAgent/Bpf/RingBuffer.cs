using System.Runtime.InteropServices;
using Coral.NodeAgent.Native;

namespace Coral.NodeAgent.Bpf;

/// <summary>
/// The reading end of a ring buffer, by the memory that the kernel shares: a page with the place of the reader, a page with that of the writers, and the data, twice in a row, so that
/// a record that goes over the end is in one piece (kernel/bpf/ringbuf.c). Records are given in place: nothing is copied and nothing is allocated. One reader at a time.
/// </summary>
internal sealed unsafe class RingBuffer : IDisposable
{
    private const int Readable = 1;
    private const int Writable = 2;
    private const int Shared = 1;
    private const int HeadBytes = 8;
    private const uint Busy = 1U << 31;
    private const uint Discarded = 1U << 30;

    private readonly long page = Environment.SystemPageSize;
    private readonly long bytes;
    private readonly ulong* reader;
    private readonly ulong* writer;
    private readonly byte* data;

    /// <param name="descriptor">The map; it stays the caller's.</param>
    /// <param name="bytes">Its size, a power of two.</param>
    /// <exception cref="BpfException">It can't be mapped.</exception>
    internal RingBuffer(int descriptor, long bytes)
    {
        (Descriptor, this.bytes) = (descriptor, bytes);
        reader = (ulong*)Map(page, Readable | Writable, 0);
        try
        {
            writer = (ulong*)Map(page + (2 * bytes), Readable, page);
        }
        catch
        {
            _ = Libc.Unmap((nint)reader, (nuint)page);
            throw;
        }

        data = (byte*)writer + page;
    }

    internal int Descriptor { get; }

    /// <summary>Bytes that wait to be read, with their heads.</summary>
    internal long Waiting => (long)(Volatile.Read(ref *writer) - Volatile.Read(ref *reader));

    /// <summary>Gives the records that are there, at most so many, and frees their room at the end.</summary>
    /// <returns>How many were given; fewer than <paramref name="most"/> when no more is there.</returns>
    internal int Drain(IRecordSink sink, int most)
    {
        var at = Volatile.Read(ref *reader);
        var end = Volatile.Read(ref *writer);
        var given = 0;
        try
        {
            while (at < end && given < most)
            {
                var record = data + (at & (ulong)(bytes - 1));
                var head = Volatile.Read(ref *(uint*)record);
                if ((head & Busy) != 0) break;
                var size = head & ~(Busy | Discarded);
                at += (size + HeadBytes + 7) & ~7UL;
                if ((head & Discarded) != 0) continue;
                given++;
                sink.Take(new ReadOnlySpan<byte>(record + HeadBytes, (int)size));
            }
        }
        finally
        {
            Volatile.Write(ref *reader, at);
        }

        return given;
    }

    public void Dispose()
    {
        _ = Libc.Unmap((nint)reader, (nuint)page);
        _ = Libc.Unmap((nint)writer, (nuint)(page + (2 * bytes)));
    }

    private nint Map(long size, int protection, long offset)
    {
        var at = Libc.Map(0, (nuint)size, protection, Shared, Descriptor, (nint)offset);
        return at != -1 ? at : throw new BpfException("map ring", Marshal.GetLastPInvokeError());
    }
}

/// <summary>Takes records of a ring.</summary>
internal interface IRecordSink
{
    /// <summary>One record. It lies in the ring: what is kept of it must be copied.</summary>
    void Take(ReadOnlySpan<byte> record);
}
