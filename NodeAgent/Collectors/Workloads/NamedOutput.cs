using System.Collections.Immutable;
using Coral.Audit.Events;
using Coral.Audit.Events.Kernel;
using Coral.NodeAgent.Collectors.Groups;
using Coral.NodeAgent.Collectors.Running;

namespace Coral.NodeAgent.Collectors.Workloads;

/// <summary>
/// Holds back what happened in a container whose pod the API server has not told yet, for so long and so much of it; then it goes out as it is. Of one container everything stays in its order. Used by one thread.
/// </summary>
/// <param name="workloads">Who is asked.</param>
/// <param name="outputs">Who gets everything.</param>
/// <param name="time">The clock.</param>
internal sealed class NamedOutput(IWorkloads workloads, ImmutableArray<ICollectorOutput> outputs, TimeProvider time) : ICollectorOutput
{
    /// <summary>So many wait at most.</summary>
    internal const int Most = 10_000;

    /// <summary>A kubelet tells of a container within a second or two; one that is busy takes a few.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly Queue<(KernelEvent Event, ControlGroup Group, long Since)> waiting = [];
    private readonly long begun = time.GetTimestamp();
    private long seen = -1;
    private long named;
    private long unnamed;

    /// <summary>How many wait.</summary>
    internal int Waiting => waiting.Count;

    /// <summary>What became known while it waited. Any thread may ask.</summary>
    internal long Named => Interlocked.Read(ref named);

    /// <summary>What went out without the name of its container. Any thread may ask.</summary>
    internal long Unnamed => Interlocked.Read(ref unnamed);

    public void Take(AuditEvent e, ControlGroup? group)
    {
        if (waiting.Count > 0 && workloads.Version != seen) Look();
        if (group is null || e is not KernelEvent { Workload: { Container: null, ContainerId: not null } } kernel)
        {
            Out(e, group);
            return;
        }

        // The event may be older than the answer.
        if (workloads.Find(group.Container) is { } known)
        {
            Out(kernel with { Workload = known }, group);
            return;
        }

        if (!MayBecomeKnown())
        {
            OutUnnamed(kernel, group);
            return;
        }

        if (waiting.Count == Most) Release();
        waiting.Enqueue((kernel, group, time.GetTimestamp()));
    }

    public void Flush()
    {
        if (waiting.Count > 0)
        {
            if (workloads.Version != seen) Look();
            while (waiting.TryPeek(out var oldest) && time.GetElapsedTime(oldest.Since) >= Patience) Release();
        }

        foreach (var output in outputs) output.Flush();
    }

    /// <summary>Lets everything go that still waits: nothing more comes.</summary>
    internal void End()
    {
        Look();
        while (waiting.Count > 0) Release();
        foreach (var output in outputs) output.Flush();
    }

    private bool MayBecomeKnown() => workloads.IsFollowing || time.GetElapsedTime(begun) < Patience;

    private void Look()
    {
        seen = workloads.Version;
        for (var left = waiting.Count; left > 0; left--)
        {
            var one = waiting.Dequeue();
            if (workloads.Find(one.Group.Container) is { } known)
            {
                Interlocked.Increment(ref named);
                Out(one.Event with { Workload = known }, one.Group);
            }
            else
            {
                waiting.Enqueue(one);
            }
        }
    }

    private void Release()
    {
        var one = waiting.Dequeue();
        OutUnnamed(one.Event, one.Group);
    }

    /// <summary>With its pod where that much is known: a sandbox is no container of the API.</summary>
    private void OutUnnamed(KernelEvent e, ControlGroup group)
    {
        Interlocked.Increment(ref unnamed);
        Out(workloads.FindPod(group.Container) is { } pod ? e with { Workload = pod with { ContainerId = group.Container.ContainerId } } : e, group);
    }

    private void Out(AuditEvent e, ControlGroup? group)
    {
        foreach (var output in outputs) output.Take(e, group);
    }
}
