using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Coral.Testing;

namespace Coral.Kubernetes.Tests.Fakes;

/// <summary>
/// A server that answers 403 to the head of a request. Over HTTP/2 it then closes the stream, and tells whoever still sends that it is closed, as Go's server
/// does. It never widens the window of 64 KiB, so that a longer body is certain to be still on its way. Over HTTP/1.1 it answers, and reads the body.
/// </summary>
internal sealed class HastyApiServer : IAsyncDisposable
{
    private const string Refusal = """{"kind":"Status","status":"Failure","reason":"Forbidden","message":"no","code":403}""";
    // HPACK (RFC 7541, 6.2.2): a literal for the eighth entry of the static table, which is :status.
    private static readonly byte[] Head = [0x08, 0x03, (byte)'4', (byte)'0', (byte)'3'];

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly X509Certificate2 certificate;
    private readonly Task accepting;

    public HastyApiServer(Pki pki)
    {
        certificate = pki.Issue("127.0.0.1");
        listener.Start();
        Url = new Uri($"https://{listener.LocalEndpoint}/");
        accepting = AcceptAsync();
    }

    public Uri Url { get; }

    /// <summary>The protocols of the requests so far.</summary>
    public List<string> Seen { get; } = [];

    public async ValueTask DisposeAsync()
    {
        listener.Dispose();
        await accepting;
        certificate.Dispose();
    }

    private async Task AcceptAsync()
    {
        var connections = new List<Task>();
        try
        {
            while (true) connections.Add(ServeAsync(await listener.AcceptTcpClientAsync()));
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(connections);
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        using (client)
        {
            await using var stream = new SslStream(client.GetStream());
            try
            {
                await stream.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
                {
                    ServerCertificate = certificate,
                    ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11],
                });
                var two = stream.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2;
                Seen.Add(two ? "HTTP/2" : "HTTP/1.1");
                await (two ? AnswerStreamsAsync(stream) : AnswerAsync(stream));
            }
            catch (IOException)
            {
                // The client has gone.
            }
        }
    }

    private static async Task AnswerStreamsAsync(SslStream stream)
    {
        await stream.ReadExactlyAsync(new byte[24]);
        await WriteAsync(stream, type: 4, flags: 0, id: 0, []);
        var head = new byte[9];
        while (true)
        {
            await stream.ReadExactlyAsync(head);
            await stream.ReadExactlyAsync(new byte[(head[0] << 16) | (head[1] << 8) | head[2]]);
            var id = BinaryPrimitives.ReadInt32BigEndian(head.AsSpan(5));
            if (head[3] == 4 && (head[4] & 1) == 0) await WriteAsync(stream, type: 4, flags: 1, id: 0, []);
            if (head[3] != 1) continue;
            await WriteAsync(stream, type: 1, flags: 4, id, Head);
            await WriteAsync(stream, type: 0, flags: 1, id, Encoding.UTF8.GetBytes(Refusal));
            await WriteAsync(stream, type: 3, flags: 0, id, [0, 0, 0, 5]);
        }
    }

    private static async Task WriteAsync(SslStream stream, byte type, byte flags, int id, byte[] payload)
    {
        var frame = new byte[9 + payload.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length << 8);
        (frame[3], frame[4]) = (type, flags);
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(5), id);
        payload.CopyTo(frame, 9);
        await stream.WriteAsync(frame);
    }

    private static async Task AnswerAsync(SslStream stream)
    {
        using var reader = new StreamReader(stream, leaveOpen: true);
        while (await reader.ReadLineAsync() is { Length: > 0 })
        {
        }

        var answer = $"HTTP/1.1 403 Forbidden\r\nContent-Type: application/json\r\nContent-Length: {Refusal.Length}\r\nConnection: close\r\n\r\n{Refusal}";
        await stream.WriteAsync(Encoding.ASCII.GetBytes(answer));
        // Go's server reads what is left of a body of up to 256 KiB before it closes.
        var rest = new char[16 * 1024];
        while (await reader.ReadAsync(rest) > 0)
        {
        }
    }
}
