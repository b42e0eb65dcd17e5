using System.Net;
using System.Net.Sockets;
using Coral.Audit.Events;
using Coral.Audit.Events.Kernel;
using Coral.NodeAgent.Native;

namespace Coral.NodeAgent.Collectors.Tcp;

/// <summary>Makes documents of records of <c>connect</c> and <c>tcp_metrics</c>. Not thread safe.</summary>
internal sealed class ConnectionEvents(AuditOrigin origin, Identities identities, BootClock clock)
{
    // include/net/tcp_states.h
    private static readonly string[] States = ["", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT", "CLOSE", "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING", "NEW_SYN_RECV"];

    private readonly TextCache texts = new();

    internal ConnectionEvent Make(in ConnectRecord record)
    {
        var isAsked = record.Head.Kind == ConnectRecord.KindConnect;
        var (local, remote) = (new Peer(record.Ends.Local, record.Ends.LocalPort), new Peer(record.Ends.Remote, record.Ends.RemotePort));
        return new ConnectionEvent
        {
            Timestamp = clock.At(record.Head.Time),
            Origin = origin,
            Action = isAsked ? ConnectionAction.Connect : ConnectionAction.Accept,
            Source = isAsked ? local : remote,
            Destination = isAsked ? remote : local,
            NetworkType = TypeOf(record.Ends.Remote),
            Direction = isAsked ? "egress" : "ingress",
            DurationNanoseconds = isAsked ? (long)record.Nanoseconds : null,
            Error = record.Error == 0 ? null : Errno.NameOf(record.Error),
            Process = ProcessOf(in record.Owner),
            Workload = identities.Workload(record.Head.Group),
        };
    }

    internal ConnectionEvent Make(in TcpRecord record)
    {
        var local = new Peer(record.Ends.Local, record.Ends.LocalPort, Bytes: (long)record.Totals.Sent, Packets: record.Totals.SegmentsOut);
        var remote = new Peer(record.Ends.Remote, record.Ends.RemotePort, Bytes: (long)record.Totals.Received, Packets: record.Totals.SegmentsIn);
        return new ConnectionEvent
        {
            Timestamp = clock.At(record.Head.Time),
            Origin = origin,
            Action = ConnectionAction.Close,
            // Who asked is known only where the collector was there.
            Source = record.IsActive ? local : remote,
            Destination = record.IsActive ? remote : local,
            NetworkType = TypeOf(record.Ends.Remote),
            Direction = record.Opened == 0 ? null : record.IsActive ? "egress" : "ingress",
            Bytes = (long)(record.Totals.Sent + record.Totals.Received),
            State = States[record.State < States.Length ? record.State : 0],
            RoundTripMicroseconds = record.RoundTrip == 0 ? null : record.RoundTrip,
            Retransmits = record.Totals.SegmentsResent,
            DurationNanoseconds = record.Established == 0 ? null : (long)(record.Head.Time - record.Established),
            Error = record.Error == 0 ? null : Errno.NameOf(record.Error),
            Process = ProcessOf(in record.Owner),
            Workload = identities.Workload(record.Head.Group),
        };
    }

    private ProcessInfo? ProcessOf(in SocketOwner owner) => owner.Pid == 0 ? null : new ProcessInfo
    {
        Pid = owner.Pid,
        EntityId = identities.Process(owner.Pid, owner.Start),
        Name = texts.Text(SocketOwner.Name(in owner)),
        Start = clock.At(owner.Start),
        UserId = owner.User,
    };

    private static string TypeOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? "ipv4" : "ipv6";
}
