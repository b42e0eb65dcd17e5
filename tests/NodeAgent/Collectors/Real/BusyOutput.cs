using Coral.Audit.Events;
using Coral.Audit.Events.Kernel;
using Coral.NodeAgent.Collectors.Groups;
using Coral.NodeAgent.Collectors.Running;

namespace Coral.NodeAgent.Tests.Collectors.Real;

/// <summary>Lets a group connect to itself when the first sums come.</summary>
internal sealed class BusyOutput(TestGroup group) : ICollectorOutput
{
    internal static readonly string[] Work =
    [
        "/usr/bin/python3", "-c",
        """
        import socket
        s = socket.create_server(('127.0.0.1', 0))
        for _ in range(20):
            c = socket.create_connection(s.getsockname())
            a, _ = s.accept()
            c.close()
            a.close()
        """,
    ];

    internal int Flushes { get; private set; }

    internal bool WasBusy { get; private set; }

    public void Take(AuditEvent e, ControlGroup? where)
    {
        if (WasBusy || e is not TcpSumsEvent) return;
        WasBusy = true;
        group.Run(Work).GetAwaiter().GetResult();
    }

    public void Flush() => Flushes++;
}
