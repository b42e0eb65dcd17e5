namespace Coral.Cli.Pss;

/// <summary>The lines of a stream, one after the other in one buffer, which grows no further than a line may be long. Not thread safe.</summary>
internal sealed class LineReader(Stream input)
{
    private byte[] buffer = new byte[256 * 1024];
    private int start;
    private int end;
    private int next;
    private bool cut;
    private bool atEnd;

    /// <summary>The line without its newline, or its beginning where it is too long. Good until the next one is read.</summary>
    internal ReadOnlyMemory<byte> Line { get; private set; }

    /// <summary>Counted from 1.</summary>
    internal int Number { get; private set; }

    internal bool IsTooLong => Line.Length > InputLimits.Object;

    /// <summary>The line and all that was read behind it.</summary>
    internal ReadOnlyMemory<byte> Unread => buffer.AsMemory(start, end - start);

    /// <summary>False at the end.</summary>
    internal bool Read()
    {
        if (cut) SkipRest();
        start = next;
        for (var seen = 0; ; Fill())
        {
            var newline = buffer.AsSpan((start + seen)..end).IndexOf((byte)'\n');
            if (newline >= 0) return Take(seen + newline, newline: true);
            seen = end - start;
            if (atEnd && seen == 0) return false;
            if (atEnd || seen > InputLimits.Object) return Take(seen, newline: false);
        }
    }

    private bool Take(int length, bool newline)
    {
        Line = buffer.AsMemory(start, length);
        Number++;
        next = start + length + (newline ? 1 : 0);
        cut = !newline;
        return true;
    }

    private void SkipRest()
    {
        start = next;
        int newline;
        while ((newline = buffer.AsSpan(start..end).IndexOf((byte)'\n')) < 0 && !atEnd)
        {
            start = end = 0;
            Fill();
        }

        next = newline < 0 ? end : start + newline + 1;
    }

    /// <summary>Reads more behind what is there from <see cref="start"/> on.</summary>
    private void Fill()
    {
        if (start > 0)
        {
            Buffer.BlockCopy(buffer, start, buffer, 0, end - start);
            end -= start;
            start = 0;
        }

        if (end == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
        var read = input.Read(buffer, end, buffer.Length - end);
        atEnd = read == 0;
        end += read;
    }
}
