using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;

namespace Coral.Images.Tests;

/// <summary>A file of a layer.</summary>
internal sealed record Entry(string Name, TarEntryType Type, int Mode, string Owner, DateTimeOffset Time, string Link, string Sum);

/// <summary>An archive of <c>make images</c>, every digest in it checked.</summary>
internal sealed class Archive
{
    private readonly Dictionary<string, byte[]> files = new(StringComparer.Ordinal);

    public Archive(string path)
    {
        using var tar = new TarReader(File.OpenRead(path));
        while (tar.GetNextEntry() is { } entry)
        {
            if (entry.EntryType == TarEntryType.RegularFile) files.Add(entry.Name, Bytes(entry));
        }

        foreach (var (name, bytes) in files.Where(file => file.Key.StartsWith("blobs/", StringComparison.Ordinal))) Assert.Equal(name["blobs/sha256/".Length..], Convert.ToHexStringLower(SHA256.HashData(bytes)));
        Index = Json("index.json");
        Manifest = Blob(Index.GetProperty("manifests")[0]);
        Configuration = Blob(Manifest.GetProperty("config"));
        Layers = [.. Manifest.GetProperty("layers").EnumerateArray().Select(layer => Layer(layer, Plain))];
        Assert.Equal(Configuration.GetProperty("rootfs").GetProperty("diff_ids").EnumerateArray().Select(id => id.GetString()!), Plain);
    }

    public JsonElement Index { get; }

    public JsonElement Manifest { get; }

    /// <summary>Architecture, layers, and under <c>config</c> what a container gets.</summary>
    public JsonElement Configuration { get; }

    /// <summary>What each layer lays over the one before.</summary>
    public IReadOnlyList<IReadOnlyList<Entry>> Layers { get; }

    /// <summary>All that the image has.</summary>
    public IEnumerable<Entry> Files => Layers.SelectMany(layer => layer);

    /// <summary>What older readers find in it.</summary>
    public JsonElement Older => Json("manifest.json");

    public bool Has(string blob) => files.ContainsKey(blob);

    private List<string> Plain { get; } = [];

    private JsonElement Json(string name) => JsonDocument.Parse(files[name]).RootElement;

    private byte[] Bytes(JsonElement described)
    {
        var bytes = files["blobs/" + described.GetProperty("digest").GetString()!.Replace(':', '/')];
        Assert.Equal(described.GetProperty("size").GetInt32(), bytes.Length);
        return bytes;
    }

    private JsonElement Blob(JsonElement described) => JsonDocument.Parse(Bytes(described)).RootElement;

    private List<Entry> Layer(JsonElement described, List<string> plain)
    {
        var unpacked = new MemoryStream();
        using (var packed = new GZipStream(new MemoryStream(Bytes(described)), CompressionMode.Decompress)) packed.CopyTo(unpacked);
        plain.Add("sha256:" + Convert.ToHexStringLower(SHA256.HashData(unpacked.GetBuffer().AsSpan(0, (int)unpacked.Length))));
        unpacked.Position = 0;
        using var tar = new TarReader(unpacked);
        var entries = new List<Entry>();
        while (tar.GetNextEntry() is { } entry)
        {
            var sum = entry.EntryType == TarEntryType.RegularFile ? Convert.ToHexStringLower(SHA256.HashData(Bytes(entry))) : "";
            entries.Add(new(entry.Name.TrimEnd('/'), entry.EntryType, (int)entry.Mode, $"{entry.Uid}:{entry.Gid}", entry.ModificationTime, entry.LinkName, sum));
        }

        return entries;
    }

    private static byte[] Bytes(TarEntry entry)
    {
        var bytes = new MemoryStream();
        entry.DataStream?.CopyTo(bytes);
        return bytes.ToArray();
    }
}
