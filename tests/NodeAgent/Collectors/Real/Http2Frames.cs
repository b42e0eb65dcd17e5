using System.Buffers.Binary;
using System.Text;

namespace Coral.NodeAgent.Tests.Collectors.Real;

/// <summary>The bytes of HTTP/2 (RFC 9113) and of fields that are compressed (RFC 7541), as a peer may send them.</summary>
internal static class Http2Frames
{
    internal const byte EndStream = 0x01;
    private const byte EndHeaders = 0x04;
    private const byte Padded = 0x08;
    private const byte Priority = 0x20;
    private static readonly int[] StaticStatuses = [200, 204, 206, 304, 400, 404, 500];

    internal static byte[] Preface { get; } = [.. "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8, .. Settings];

    internal static byte[] Settings => Frame(4, 0, 0, [0, 3, 0, 0, 0, 100]);

    internal static byte[] Frame(byte type, byte flags, int stream, ReadOnlySpan<byte> payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        (frame[3], frame[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), stream);
        payload.CopyTo(frame.AsSpan(9));
        return frame;
    }

    internal static byte[] Head(int stream, byte[] block, bool ends) => Frame(1, (byte)(EndHeaders | (ends ? EndStream : 0)), stream, block);

    /// <summary>Padded, with a priority, or with its end in a frame of its own.</summary>
    internal static byte[] Head(int stream, byte[] block, bool ends, Random random)
    {
        var flags = (byte)(ends ? EndStream : 0);
        switch (random.Next(5))
        {
            case 0: return Frame(1, (byte)(flags | EndHeaders | Padded), stream, [5, .. block, 0, 0, 0, 0, 0]);
            case 1: return Frame(1, (byte)(flags | EndHeaders | Priority), stream, [0, 0, 0, 0, 16, .. block]);
            case 2: return Frame(1, (byte)(flags | EndHeaders | Padded | Priority), stream, [2, 0x80, 0, 0, 0, 16, .. block, 0, 0]);
            case 3:
                var cut = Math.Max(1, block.Length / 2);
                return block.Length < 2 || block[0] is not (0x82 or 0x83 or (>= 0x88 and <= 0x8e)) ? Head(stream, block, ends) : [.. Frame(1, flags, stream, block.AsSpan(0, cut)), .. Frame(9, EndHeaders, stream, block.AsSpan(cut))];
            default: return Head(stream, block, ends);
        }
    }

    internal static byte[] Data(int stream, int bytes, bool ends) => Frame(0, ends ? EndStream : (byte)0, stream, new byte[bytes]);

    internal static byte[] Reset(int stream) => Frame(3, 0, stream, [0, 0, 0, 8]);

    /// <summary>Of a request; the fields that may come first do so.</summary>
    internal static byte[] Request(string method, Random random)
    {
        var pseudo = method switch { "GET" => (byte[])[0x82], "POST" => [0x83], _ => [0x42, .. Text(method)] };
        byte[] authority = random.Next(2) == 0 ? [0x41, .. Text("service.namespace.svc:8080")] : [0xbe];
        byte[] size = random.Next(4) == 0 ? [0x3f, 0xe1, 0x1f] : random.Next(8) == 0 ? [0x20] : [];
        return random.Next(2) == 0 ? [.. size, .. pseudo, 0x86, .. authority, 0x84, .. Rest(random)] : [.. size, .. authority, .. pseudo, 0x84, 0x86, .. Rest(random)];
    }

    internal static byte[] Answer(int status, Random random) => Array.IndexOf(StaticStatuses, status) is >= 0 and var at
        ? [.. random.Next(6) == 0 ? (byte[])[0x3f, 0xe1, 0x1f] : [], (byte)(0x88 + at), .. Rest(random)]
        : [.. random.Next(2) == 0 ? (byte[])[0x48, .. Text($"{status}")] : [0x08, .. Text($"{status}")], .. Rest(random)];

    /// <summary>How a status is counted: those without an entry of HPACK's own table are not read.</summary>
    internal static int Counted(int status) => Array.IndexOf(StaticStatuses, status) >= 0 ? status : 0;

    private static byte[] Rest(Random random) => [0x0f, 0x0d, .. Text("x"), .. Enumerable.Range(0, random.Next(3)).SelectMany(_ => (byte[])[0x40, .. Text("x-name"), .. Text(new string('v', random.Next(1, 120)))])];

    private static byte[] Text(string text) => [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)];
}
