namespace Coral.Cli.Pss;

/// <summary>
/// The bytes of one input: it calls before each read, takes back what was read too far, and turns failures of the source into mistakes of the user's input,
/// so that they are not confused with those of the output.
/// </summary>
internal sealed class InputStream(string file, Stream source, Action<long> beforeRead) : Stream
{
    private ReadOnlyMemory<byte> givenBack;
    private long read;
    private long limit = long.MaxValue;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        if (!givenBack.IsEmpty)
        {
            var taken = Math.Min(buffer.Length, givenBack.Length);
            givenBack.Span[..taken].CopyTo(buffer);
            givenBack = givenBack[taken..];
            return taken;
        }

        beforeRead(read);
        var count = ReadSource(buffer);
        read += count;
        return read <= limit ? count : throw new BadInputException($"{file}: goes on for more than {InputLimits.Text(InputLimits.Documents)}; so many objects are read as JSON lines only, one object on each line");
    }

    /// <summary>Puts bytes in front of what follows. They must stay as they are.</summary>
    internal void GiveBack(ReadOnlyMemory<byte> bytes) => givenBack = bytes;

    /// <summary>Allows only so many bytes more from the source.</summary>
    internal void Limit(long bytes) => limit = read + bytes;

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    private int ReadSource(Span<byte> buffer)
    {
        try
        {
            return source.Read(buffer);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"{file}: cannot be read: {failure.Message}");
        }
    }
}
