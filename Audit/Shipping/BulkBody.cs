using System.IO.Compression;
using System.Net.Http.Headers;

namespace Coral.Audit.Shipping;

/// <summary>The body of a bulk request and its size on the line. gzip 1 costs a quarter of a core's time of the sending and saves four fifths of the bytes (`research/audit-pipeline.md` §5); servers take no better method.</summary>
internal static class BulkBody
{
    /// <summary>What stands around each document besides its id and stream.</summary>
    private const int Frame = 36;

    /// <summary>The bytes that the item has in a body before compression, which servers count.</summary>
    public static int SizeOf(ShipItem item) => Frame + item.Frame.StreamBytes.Length + item.Frame.IdBytes.Length + item.Document.Length;

    /// <summary>Level 0 sends the text as it is.</summary>
    public static (HttpContent Content, int Bytes) Make(IReadOnlyList<ShipItem> items, int level)
    {
        // A new one each time: a request that was answered early may still be reading the last one.
        var body = new MemoryStream();
        if (level == 0)
        {
            Write(items, body);
        }
        else
        {
            using var gzip = new GZipStream(body, new ZLibCompressionOptions { CompressionLevel = level }, leaveOpen: true);
            Write(items, gzip);
        }

        var content = new ReadOnlyMemoryContent(body.GetBuffer().AsMemory(0, (int)body.Length));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        if (level > 0) content.Headers.ContentEncoding.Add("gzip");
        return (content, (int)body.Length);
    }

    private static void Write(IReadOnlyList<ShipItem> items, Stream to)
    {
        foreach (var item in items)
        {
            to.Write("{\"create\":{\"_index\":\""u8);
            to.Write(item.Frame.StreamBytes);
            to.Write("\",\"_id\":\""u8);
            to.Write(item.Frame.IdBytes);
            to.Write("\"}}\n"u8);
            to.Write(item.Document.Span);
            to.Write("\n"u8);
        }
    }
}
