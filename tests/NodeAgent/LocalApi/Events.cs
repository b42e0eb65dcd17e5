using System.Net;
using Coral.Audit.Events;
using Coral.Audit.Events.Kernel;

namespace Coral.NodeAgent.Tests.LocalApi;

/// <summary>Events as collectors make them.</summary>
internal static class Events
{
    internal static readonly DateTimeOffset Noon = new(2023, 12, 28, 12, 0, 0, TimeSpan.Zero);

    private static readonly AuditOrigin Origin = new() { Service = "coral-agent", Node = "vm-1" };
    private static readonly Workload Shop = new() { Namespace = "shop", Pod = "web-0", PodUid = "0b5e3f5c-3b8e-4d4a-9a53-6d8f0a3b9c11", Container = "web", ContainerId = new string('a', 64) };

    internal static ConnectionEvent Connection(DateTimeOffset? at = null, int pid = 1234, string command = "curl", string? error = null, bool inPod = false) => new()
    {
        Timestamp = at ?? Noon,
        Origin = Origin,
        Action = ConnectionAction.Connect,
        Source = new Peer(IPAddress.Parse("192.168.1.100"), 40000),
        Destination = new Peer(IPAddress.Parse("142.250.191.14"), 443),
        NetworkType = "ipv4",
        Direction = "egress",
        DurationNanoseconds = 1_200_000,
        Error = error,
        Process = new ProcessInfo { Pid = pid, Name = command, UserId = 1000 },
        Workload = inPod ? Shop : null,
    };

    internal static ProcessEvent Exec(params string[] arguments) => new()
    {
        Timestamp = Noon.AddTicks(7),
        Origin = Origin,
        Action = ProcessAction.Exec,
        Process = new ProcessInfo { Pid = 77, Name = "mysql", Executable = "/usr/bin/mysql", Arguments = [.. arguments], UserId = 0, Parent = new ParentProcess(70) },
    };

    internal static HttpEvent Http(string path) => new()
    {
        Timestamp = Noon,
        Origin = Origin,
        Method = "GET",
        Path = path,
        Status = 404,
        Direction = "ingress",
        DurationNanoseconds = 5_000,
        Destination = new Peer(IPAddress.Parse("10.0.0.7"), 8080),
        Process = new ProcessInfo { Pid = 90, Name = "nginx" },
    };

    internal static TcpSumsEvent Sums() => new() { Timestamp = Noon, Origin = Origin, WindowNanoseconds = 1, Opened = 1, Accepted = 0, Failed = 0, Closed = 0 };
}
