using System.Net;
using System.Net.Sockets;

namespace Coral.Testing.Kit;

/// <summary>Free loopback ports. Those given out are not given out again in this process. Thread safe.</summary>
public static class Ports
{
    // Below the range that the kernel uses for outgoing connections (32768 and up), else one of those could take a port in between.
    private const int First = 17000;
    private const int Last = 31000;

    private static readonly HashSet<int> Taken = [];
    private static readonly Lock Gate = new();

    /// <summary>The first of <paramref name="count"/> consecutive free ports.</summary>
    public static int Take(int count = 1)
    {
        lock (Gate)
        {
            // A random start keeps runs that begin at the same time apart.
            for (var attempt = 0; attempt < 1000; attempt++)
            {
                var first = Random.Shared.Next(First, Last - count);
                var block = Enumerable.Range(first, count).ToList();
                if (block.Any(Taken.Contains) || !block.TrueForAll(IsFree)) continue;
                Taken.UnionWith(block);
                return first;
            }
        }

        throw new InvalidOperationException($"no {count} free ports between {First} and {Last}");
    }

    private static bool IsFree(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Any, port);
            listener.Start();
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
