using System.Collections.Immutable;
using Coral.Audit;
using Coral.NodeAgent.Collectors.Accounting;
using Coral.NodeAgent.Collectors.Metrics;
using Coral.NodeAgent.Collectors.Running;
using Coral.NodeAgent.Collectors.Shipping;

namespace Coral.NodeAgent.Tests.Collectors.Metrics;

internal static class Readings
{
    private static readonly CollectorAccount Books = new(ImmutableSortedDictionary<ulong, Counts>.Empty.Add(7, new Counts(Seen: 36, 1, 2, 3, 4, 5, 6, Error: 9, Sampled: 6)), default, 3, 4, 7);

    /// <summary>Of everything there is one, and no two numbers that could be taken for another are the same.</summary>
    internal static readonly AgentReading Full = new(
        [
            CollectorStatus.Of("exec") with { State = CollectorState.Running, MemoryBytes = 4096, Account = Books },
            CollectorStatus.Of("connect") with { State = CollectorState.LeftOut, Reason = "load: EPERM" },
        ],
        [("records", new SampleCounts(100, 50, 20, 10, 5)), ("sums", new SampleCounts(40, 30, 4, 3, 2))],
        (8, 9),
        [
            (("other", "other"), new PodSums { Lost = 1 }),
            (("shop", "web"), new PodSums { TcpSent = 11, TcpReceived = 12, TcpOpened = 13, TcpAccepted = 14, TcpFailed = 15, TcpResent = 16, Syscalls = 17, SyscallErrors = 18, SyscallMicroseconds = 19, HttpRequests = 20, HttpFailed = 21, HttpMicroseconds = 22, Records = 23, Lost = 24 }),
        ],
        [
            new SpoolReading("audit", new AuditCounts(1000, 0, 500, 50, 40, 30, 20, 10, 350, 0, 0, 0, 0, 0, 7), 4321),
            new SpoolReading("samples", default, 0),
        ]);
}
