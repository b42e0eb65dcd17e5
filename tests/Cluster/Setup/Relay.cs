using System.Net;
using System.Net.Sockets;

namespace Coral.Cluster.Tests.Real.Setup;

/// <summary>Takes connections of the node's pods to a server that listens on loopback only. Where that does not answer, theirs end.</summary>
internal sealed class Relay : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly int target;
    private readonly Task accepting;

    public Relay(string address, int port, int target)
    {
        this.target = target;
        listener = new(IPAddress.Parse(address), port);
        listener.Start();
        accepting = AcceptAsync();
    }

    public async ValueTask DisposeAsync()
    {
        listener.Stop();
        await accepting;
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                _ = ServeAsync(await listener.AcceptTcpClientAsync());
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient pod)
    {
        using var ours = pod;
        using var server = new TcpClient();
        try
        {
            await server.ConnectAsync(IPAddress.Loopback, target);
            var (here, there) = (pod.GetStream(), server.GetStream());
            await Task.WhenAny(here.CopyToAsync(there), there.CopyToAsync(here));
        }
        catch (Exception e) when (e is SocketException or IOException)
        {
            // The other side hears of it as the end of its connection.
        }
    }
}
