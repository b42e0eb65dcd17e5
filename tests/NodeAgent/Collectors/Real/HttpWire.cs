using System.Net;
using System.Net.Sockets;

namespace Coral.NodeAgent.Tests.Collectors.Real;

/// <summary>Two ends of a connection on loopback, both in this process, that carry bytes in pieces of any size.</summary>
internal sealed class HttpWire : IDisposable
{
    // Of each of two buffers.
    private const int Room = 8192;

    private readonly Random random;
    private readonly byte[] room = new byte[2 * Room];

    internal HttpWire(Socket listener, Random random)
    {
        this.random = random;
        Client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        Client.Connect(listener.LocalEndPoint!);
        Server = listener.Accept();
        Server.NoDelay = true;
        Port = ((IPEndPoint)Client.LocalEndPoint!).Port;
    }

    /// <summary>A place for servers.</summary>
    internal static Socket Listen()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(16);
        return listener;
    }

    internal Socket Client { get; }

    internal Socket Server { get; }

    /// <summary>Of the client: another for each connection.</summary>
    internal int Port { get; }

    internal void Ask(byte[] bytes) => Carry(Client, Server, bytes);

    internal void Reply(byte[] bytes) => Carry(Server, Client, bytes);

    public void Dispose()
    {
        Server.Dispose();
        Client.Dispose();
    }

    /// <summary>Sends in pieces, by one buffer or several, and takes them in other pieces.</summary>
    private void Carry(Socket from, Socket to, byte[] bytes)
    {
        var most = random.Next(6) switch { 0 => 1, 1 => 7, 2 => 64, 3 => 500, _ => bytes.Length };
        for (var at = 0; at < bytes.Length;)
        {
            var size = Math.Min(bytes.Length - at, most == 1 ? 1 : random.Next(1, most + 1));
            var piece = new ArraySegment<byte>(bytes, at, size);
            var cut = random.Next(size + 1);
            var sent = random.Next(3) == 0 ? from.Send([piece[..cut], piece[cut..]]) : from.Send(piece.AsSpan());
            Assert.Equal(size, sent);
            at += size;
            for (var left = size; left > 0;)
            {
                var wanted = Math.Min(Room, most == 1 || random.Next(3) != 0 ? left : random.Next(1, left + 1));
                var second = random.Next(wanted + 1);
                left -= random.Next(3) == 0
                    ? to.Receive([new ArraySegment<byte>(room, 0, second), new ArraySegment<byte>(room, Room, wanted - second)])
                    : to.Receive(room.AsSpan(0, wanted));
            }
        }
    }
}
