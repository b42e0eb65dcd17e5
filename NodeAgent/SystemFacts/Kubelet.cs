using System.Globalization;

namespace Coral.NodeAgent.SystemFacts;

/// <summary>The kubelet of this node, as far as its folder is visible.</summary>
internal static class Kubelet
{
    /// <summary>The socket that every kubelet makes anew when it starts (the device plug-in API's sign of a restart).</summary>
    private const string Socket = "var/lib/kubelet/device-plugins/kubelet.sock";

    /// <summary>When it was started, as a text to compare; always the same where the socket can't be seen.</summary>
    internal static string Start(string root = "/")
    {
        var socket = new FileInfo(Path.Join(root, Socket));
        return socket.Exists ? socket.LastWriteTimeUtc.Ticks.ToString(CultureInfo.InvariantCulture) : "";
    }
}
