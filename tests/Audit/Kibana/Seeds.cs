using Coral.Audit.Events;
using Coral.Audit.Events.Kernel;
using Coral.Audit.Tests.Events;

namespace Coral.Audit.Tests.Kibana;

/// <summary>Events for the panels: one of every type, and what some panels look for besides.</summary>
internal static class Seeds
{
    public static IEnumerable<AuditEvent> At(DateTimeOffset now) => EventSamples.All.Concat(Besides()).Select(e => e with { Timestamp = now });

    private static IEnumerable<AuditEvent> Besides()
    {
        foreach (var (number, decision) in new[] { "injected", "skipped", "denied", "failed" }.Index()) yield return Samples.Full(100 + number) with { Decision = decision, DryRun = false };
        yield return Samples.Full(110) with { DryRun = false, Variant = "ebpf-privileged", Before = new SecurityVerdict(false, ["privileged (container \"web\" must not set securityContext.privileged=true)"]) };
        yield return EventSamples.Report with { Node = "node-b", Btf = false };
        yield return EventSamples.Remediation with { Outcome = EventOutcome.Success, DryRun = false };
        var agent = EventSamples.Pod with { Container = "coral-agent" };
        yield return EventSamples.All.OfType<ProcessEvent>().First() with { Workload = agent };
        yield return EventSamples.All.OfType<CpuSampleEvent>().First() with { Workload = agent };
    }
}
