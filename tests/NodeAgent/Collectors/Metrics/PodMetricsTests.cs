using Coral.Audit.Events;
using Coral.Audit.Events.Kernel;
using Coral.NodeAgent.Collectors.Metrics;
using Coral.Testing;

namespace Coral.NodeAgent.Tests.Collectors.Metrics;

public sealed class PodMetricsTests
{
    private readonly FakeTimeProvider time = new();
    private readonly PodMetrics metrics;

    public PodMetricsTests() => metrics = new PodMetrics(time);

    [Fact]
    public void The_windows_of_a_pod_s_containers_add_up()
    {
        metrics.Take(Calls("web", "read", 10), null);
        metrics.Take(Calls("web", "futex", 5) with { IsWaiting = true }, null);
        metrics.Take(Calls("web", "read", 2), null);
        metrics.Take(Calls(null, "read", 7), null);

        Assert.Equal([(("other", "other"), 7L, 70L), (("shop", "web"), 17L, 120L)], metrics.Pods.Select(pod => (pod.Pod, pod.Sums.Syscalls, pod.Sums.SyscallMicroseconds)));
    }

    [Fact]
    public void Requests_count_where_they_are_answered_and_fail_when_they_are_cut_or_the_server_says_so()
    {
        metrics.Take(Requests("server", 200, 10, aborted: 1), null);
        metrics.Take(Requests("server", 503, 4, aborted: 2), null);
        metrics.Take(Requests("client", 500, 100, aborted: 0), null);

        Assert.Equal((14L, 5L, 14_000L), metrics.Pods.Select(pod => (pod.Sums.HttpRequests, pod.Sums.HttpFailed, pod.Sums.HttpMicroseconds)).Single());
    }

    [Fact]
    public void Pods_beyond_the_limit_are_others_until_one_was_silent_for_long()
    {
        for (var number = 0; number < PodMetrics.Most + 2; number++) metrics.Take(Calls($"pod-{number}", "read", 1), null);
        Assert.Equal((PodMetrics.Most + 1, 2L), (metrics.Pods.Count, metrics.Pods.Single(pod => pod.Pod == PodMetrics.Other).Sums.Syscalls));

        time.Advance(TimeSpan.FromMinutes(10));
        metrics.Take(Calls("pod-0", "read", 1), null);
        time.Advance(TimeSpan.FromSeconds(1));
        metrics.Take(Calls("late", "read", 1), null);
        Assert.Equal([("other", 2L), ("late", 1L), ("pod-0", 2L)], metrics.Pods.Select(pod => (pod.Pod.Pod, pod.Sums.Syscalls)));
    }

    [Fact]
    public void What_is_the_node_s_own_is_nobody_s_pod()
    {
        metrics.Take(Calls("x", "read", 1) with { Workload = null }, null);
        Assert.Empty(metrics.Pods);
    }

    private static HttpSumsEvent Requests(string role, int status, long number, long aborted) => new()
    {
        Timestamp = DateTimeOffset.UnixEpoch,
        Origin = new AuditOrigin { Service = "test" },
        WindowNanoseconds = 1,
        Role = role,
        Port = 80,
        Method = "GET",
        Status = status,
        Requests = number,
        Aborted = aborted,
        Microseconds = number * 1000,
        Workload = new Workload { Namespace = "shop", Pod = "web", ContainerId = "c1" },
    };

    internal static SyscallSumsEvent Calls(string? pod, string name, long calls) => new()
    {
        Timestamp = DateTimeOffset.UnixEpoch,
        Origin = new AuditOrigin { Service = "test" },
        WindowNanoseconds = 1,
        Name = name,
        Calls = calls,
        Errors = 1,
        Microseconds = calls * 10,
        Workload = pod is null ? new Workload { ContainerId = "c1" } : new Workload { Namespace = "shop", Pod = pod, ContainerId = "c1" },
    };
}
