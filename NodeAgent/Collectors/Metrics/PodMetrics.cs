using System.Runtime.InteropServices;
using Coral.Audit.Events;
using Coral.Audit.Events.Kernel;
using Coral.NodeAgent.Collectors.Groups;
using Coral.NodeAgent.Collectors.Running;

namespace Coral.NodeAgent.Collectors.Metrics;

/// <summary>
/// Adds up by pod what the windows tell. So many pods have sums of their own; what there is more goes to one for all others, as do pods that nobody has named. A pod of which nothing came for ten minutes
/// gives its place away. Thread safe.
/// </summary>
internal sealed class PodMetrics(TimeProvider time) : ICollectorOutput
{
    /// <summary>The pods that have sums of their own at most: a node holds 110 unless it was told otherwise, and each has fourteen series.</summary>
    internal const int Most = 250;

    /// <summary>All others.</summary>
    internal static readonly (string Namespace, string Pod) Other = ("other", "other");

    private const int FirstFailure = 500;

    private static readonly TimeSpan Silence = TimeSpan.FromMinutes(10);

    private readonly Lock gate = new();
    private readonly Dictionary<(string Namespace, string Pod), (PodSums Sums, long At)> pods = [];

    /// <summary>The sums of each pod.</summary>
    internal IReadOnlyList<((string Namespace, string Pod) Pod, PodSums Sums)> Pods
    {
        get
        {
            lock (gate) return [.. pods.OrderBy(pair => pair.Key).Select(pair => (pair.Key, pair.Value.Sums))];
        }
    }

    public void Take(AuditEvent e, ControlGroup? group)
    {
        // What is outside of containers is the node's own.
        if (e is not KernelEvent { Workload: { } workload } || SumsOf(e) is not { } sums) return;
        var pod = workload is { Namespace: { } space, Pod: { } name } ? (space, name) : Other;
        lock (gate)
        {
            var now = time.GetTimestamp();
            if (pod != Other && !pods.ContainsKey(pod) && !HasPlace()) pod = Other;
            ref var place = ref CollectionsMarshal.GetValueRefOrAddDefault(pods, pod, out _);
            place = (place.Sums + sums, now);
        }
    }

    public void Flush()
    {
        // Sums are there at once.
    }

    private bool HasPlace()
    {
        if (pods.Count < Most) return true;
        foreach (var silent in pods.Where(pair => pair.Key != Other && time.GetElapsedTime(pair.Value.At) > Silence).Select(pair => pair.Key).ToList()) pods.Remove(silent);
        return pods.Count < Most;
    }

    private static PodSums? SumsOf(AuditEvent e) => e switch
    {
        TcpSumsEvent tcp => new PodSums { TcpSent = tcp.Sent, TcpReceived = tcp.Received, TcpOpened = tcp.Opened, TcpAccepted = tcp.Accepted, TcpFailed = tcp.Failed, TcpResent = tcp.Retransmits },
        SyscallSumsEvent calls => new PodSums { Syscalls = calls.Calls, SyscallErrors = calls.Errors, SyscallMicroseconds = calls.IsWaiting ? 0 : calls.Microseconds },
        // What a pod asks of others is told where it is answered.
        HttpSumsEvent { Role: "server" } http => new PodSums { HttpRequests = http.Requests, HttpFailed = http.Status >= FirstFailure ? http.Requests : http.Aborted, HttpMicroseconds = http.Microseconds },
        CollectorAccountEvent books => new PodSums { Records = books.Emitted, Lost = books.LostRing + books.LostMap + books.LostRate },
        _ => null,
    };
}
