using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text;

namespace Coral.Audit.Tests.Faults;

/// <summary>What the proxy does with one bulk request.</summary>
internal delegate Task Mishap(Exchange exchange);

/// <summary>A proxy of raw sockets in front of a server: it passes on what is no bulk request, and does with those as the test says.</summary>
internal sealed class FaultProxy : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly HttpClient upstream = new(new SocketsHttpHandler { UseProxy = false });
    private readonly Uri server;
    private readonly int buffer;
    private readonly List<Task> connections = [];
    private TcpListener listener;
    private Task accepting;
    private int port;

    /// <summary>A small <paramref name="buffer"/> closes the window soon when nothing is read.</summary>
    public FaultProxy(Uri server, int buffer = 64 * 1024)
    {
        this.server = server;
        this.buffer = buffer;
        (listener, accepting) = Listen();
    }

    /// <summary>Mishaps of the next bulk requests, one each; then they pass.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<Mishap> Next { get; } = new();

    /// <summary>A mishap of every bulk request, after <see cref="Next"/>.</summary>
    public Mishap? Always { get; set; }

    public Uri Url => new($"http://127.0.0.1:{port}/");

    /// <summary>Requests of any kind that came whole.</summary>
    public int Requests;

    /// <summary>Nobody listens any more.</summary>
    public void Down() => listener.Stop();

    public void Up() => (listener, accepting) = Listen();

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        Task[] last;
        lock (connections) last = [.. connections];
        await Task.WhenAll(last);
        upstream.Dispose();
        stop.Dispose();
    }

    private (TcpListener, Task) Listen()
    {
        var made = new TcpListener(IPAddress.Loopback, port);
        // Connections take it over.
        made.Server.ReceiveBufferSize = buffer;
        made.Start();
        port = ((IPEndPoint)made.LocalEndpoint).Port;
        return (made, AcceptAsync(made));
    }

    private async Task AcceptAsync(TcpListener from)
    {
        while (true)
        {
            try
            {
                var socket = await from.AcceptSocketAsync(stop.Token);
                lock (connections) connections.Add(Task.Run(() => ServeAsync(socket)));
            }
            catch (Exception ended) when (ended is OperationCanceledException or SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(Socket socket)
    {
        using var _ = socket;
        try
        {
            while (await Exchange.ReadAsync(socket, PassAsync, stop.Token) is { } exchange)
            {
                var mishap = !exchange.IsBulk ? null : Next.TryDequeue(out var next) ? next : Always;
                if (mishap is null) await exchange.SendAsync(await exchange.ForwardAsync());
                else await mishap(exchange);
                Interlocked.Increment(ref Requests);
                if (exchange.IsOver) return;
            }
        }
        catch (Exception broken) when (broken is IOException or SocketException or OperationCanceledException or ObjectDisposedException or HttpRequestException)
        {
            // The other side went, or the server is down: the shipper sees a connection that ends.
        }
    }

    /// <summary>The server's whole answer as it goes over the line.</summary>
    private async Task<byte[]> PassAsync(string method, string path, Dictionary<string, string> headers, byte[] body)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), new Uri(server, path)) { Content = new ByteArrayContent(body) };
        foreach (var (name, value) in headers)
        {
            if (name is "Host" or "Content-Length") continue;
            if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content.Headers.TryAddWithoutValidation(name, value);
        }

        using var response = await upstream.SendAsync(request, stop.Token);
        var content = await response.Content.ReadAsByteArrayAsync(stop.Token);
        return Exchange.Whole((int)response.StatusCode, content, (response.Content.Headers.ContentType ?? new MediaTypeHeaderValue("application/json")).ToString());
    }
}

/// <summary>One request whose head was read, and all that can be done to its sender.</summary>
internal sealed class Exchange(Socket socket, string method, string path, Dictionary<string, string> headers, Func<string, string, Dictionary<string, string>, byte[], Task<byte[]>> pass, CancellationToken stop)
{
    private readonly int length = headers.TryGetValue("Content-Length", out var text) ? int.Parse(text, CultureInfo.InvariantCulture) : 0;

    public bool IsBulk => path.StartsWith("/_bulk", StringComparison.Ordinal);

    /// <summary>Whether the connection ended with it.</summary>
    public bool IsOver { get; private set; }

    public CancellationToken Stop => stop;

    /// <summary>Null when the other side has nothing more to say.</summary>
    public static async Task<Exchange?> ReadAsync(Socket socket, Func<string, string, Dictionary<string, string>, byte[], Task<byte[]>> pass, CancellationToken stop)
    {
        var head = new List<byte>();
        var one = new byte[1];
        while (!(head.Count > 3 && head[^1] == '\n' && head[^2] == '\r' && head[^3] == '\n'))
        {
            if (await socket.ReceiveAsync(one, stop) == 0) return null;
            head.Add(one[0]);
        }

        var lines = Encoding.ASCII.GetString([.. head]).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var start = lines[0].Split(' ');
        var headers = lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1], StringComparer.OrdinalIgnoreCase);
        return new Exchange(socket, start[0], start[1], headers, pass, stop);
    }

    public static byte[] Whole(int status, byte[] body, string type = "application/json") =>
        [.. Encoding.ASCII.GetBytes($"HTTP/1.1 {status} X\r\nContent-Type: {type}\r\nContent-Length: {body.Length}\r\n\r\n"), .. body];

    /// <summary>Reads a part of the body: 1 for all of it.</summary>
    public async Task<byte[]> BodyAsync(double part = 1)
    {
        var body = new byte[(int)(length * part)];
        for (var at = 0; at < body.Length;)
        {
            var read = await socket.ReceiveAsync(body.AsMemory(at), stop);
            if (read == 0) throw new IOException("the sender went");
            at += read;
        }

        return body;
    }

    /// <summary>Lets the server answer, and keeps the answer.</summary>
    public async Task<byte[]> ForwardAsync() => await pass(method, path, headers, await BodyAsync());

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        while (bytes.Length > 0) bytes = bytes[await socket.SendAsync(bytes, stop)..];
    }

    /// <summary>The connection breaks off: the other side gets a RST, not an orderly end.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
        IsOver = true;
    }

    /// <summary>The connection ends in order.</summary>
    public void End()
    {
        socket.Shutdown(SocketShutdown.Both);
        IsOver = true;
    }
}
