namespace Coral.Audit.Spool;

/// <summary>The memory of frame buffers that take turns: what one gives back the other takes, so that all together have no more than what was in use at one moment. Not thread safe.</summary>
internal sealed class FrameChunks
{
    public const int ChunkBytes = 1024 * 1024;
    private const int FirstBytes = 64 * 1024;

    private readonly Stack<byte[]> spare = [];

    /// <summary>Where a buffer begins: most processes never need more.</summary>
    public static byte[] First() => new byte[FirstBytes];

    public byte[] Take(int least)
    {
        // A frame that is larger than that grows by doubling, alone in its chunk.
        if (least > ChunkBytes) return new byte[least * 2];
        return spare.TryPop(out var chunk) ? chunk : new byte[ChunkBytes];
    }

    public void Return(byte[] chunk)
    {
        if (chunk.Length == ChunkBytes) spare.Push(chunk);
    }

    /// <summary>Gives back what a burst took, but only once it is over: taking it again and again would be all garbage.</summary>
    public void Trim(int needed)
    {
        if (needed < spare.Count * (ChunkBytes / 8))
            while (spare.Count > 1)
                spare.Pop();
    }
}
