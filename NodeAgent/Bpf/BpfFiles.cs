namespace Coral.NodeAgent.Bpf;

/// <summary>The object files that were built into this program from bpf/.</summary>
internal static class BpfFiles
{
    /// <summary>The object of a name such as <c>probe/tp_btf</c>, or null when this program was built without it.</summary>
    internal static byte[]? Find(string name)
    {
        using var stream = typeof(BpfFiles).Assembly.GetManifestResourceStream($"bpf/{name}.o");
        if (stream is null) return null;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
