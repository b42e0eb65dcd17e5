namespace Coral.Policies.Bundles;

/// <summary>Bytes of a stream with a position that moves only forward, and its line. Not thread safe.</summary>
internal sealed class ByteSource(Stream stream, int firstLine = 1)
{
    private byte[] buffer = new byte[256 * 1024];
    private int start;
    private int end;

    /// <summary>The line of the position, counted from 1.</summary>
    public int Line { get; private set; } = firstLine;

    /// <summary>Bytes between the beginning of the line and the position.</summary>
    public int Column { get; private set; }

    /// <summary>Nothing follows what is available.</summary>
    public bool AtEnd { get; private set; }

    public ReadOnlySpan<byte> Available => buffer.AsSpan(start, end - start);

    /// <summary>A brace and a quote, or two braces: what is wrong with it is better said in terms of JSON than of YAML.</summary>
    public bool LooksLikeJsonObject
    {
        get
        {
            var rest = Available.Length > 1 ? Available[1..].TrimStart(" \t\r\n"u8) : [];
            return rest.Length > 0 && rest[0] is (byte)'"' or (byte)'}';
        }
    }

    /// <summary>Reads at least one more byte, or sets <see cref="AtEnd"/>. The room doubles, so that a long document is not measured too often.</summary>
    public void Fill()
    {
        if (start > 0)
        {
            Buffer.BlockCopy(buffer, start, buffer, 0, end - start);
            end -= start;
            start = 0;
        }

        if (end == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
        do
        {
            var read = stream.Read(buffer, end, buffer.Length - end);
            if (read == 0) AtEnd = true;
            end += read;
            // Half a buffer is worth another look only for a source that is slower than we are; a file gives all that fits.
        }
        while (!AtEnd && end < buffer.Length && stream.CanSeek);
    }

    /// <summary>Goes to the next character that is no white space (a byte order mark counts as one). False at the end.</summary>
    public bool SkipWhitespace()
    {
        while (true)
        {
            while (start < end)
            {
                if (StartsWith("\uFEFF"u8)) Advance(3);
                else if (buffer[start] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n') Advance(1);
                else return true;
            }

            if (AtEnd) return false;
            Fill();
        }
    }

    /// <summary>The next character that is no white space, without going there (in YAML, spaces have a meaning); -1 at the end.</summary>
    public int PeekNonSpace()
    {
        for (var i = 0; ; i++)
        {
            while (i >= end - start)
            {
                if (AtEnd) return -1;
                Fill();
            }

            if (buffer[start + i] is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or 0xEF or 0xBB or 0xBF)) return buffer[start + i];
        }
    }

    public bool StartsWith(ReadOnlySpan<byte> text)
    {
        while (Available.Length < text.Length && !AtEnd) Fill();
        return Available.StartsWith(text);
    }

    public void Advance(int count)
    {
        var taken = Available[..count];
        Line += taken.Count((byte)'\n');
        var newline = taken.LastIndexOf((byte)'\n');
        Column = newline < 0 ? Column + count : count - newline - 1;
        start += count;
    }

    /// <summary>Everything that is left.</summary>
    public ReadOnlySpan<byte> ReadToEnd()
    {
        while (!AtEnd) Fill();
        return Available;
    }
}
