using System.Text;
using Coral.Audit.Events;
using Coral.Audit.Spool;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Bench.Inputs;

/// <summary>
/// A spool full of decisions as a busy cluster makes them over a week: 40 namespaces, some refusals, warnings and violations, of 1.3 to 2 KB each, or with the recorded request if asked for.
/// The same count gives the same decisions.
/// </summary>
internal static class DecisionSpool
{
    private static readonly TimeSpan Week = TimeSpan.FromDays(7);

    private static readonly string[] Violations =
    [
        "host namespaces (hostNetwork=true)",
        "hostPath volumes (volumes \"data\", \"logs\")",
        "privileged (container \"tracer\" must not set securityContext.privileged=true)",
        "restricted volume types (volume \"cache\" uses restricted volume type \"hostPath\")",
    ];

    internal static async Task WriteAsync(string directory, int count, bool requests)
    {
        await using var spool = AuditSpool.Open(new SpoolOptions { Directory = directory, MaxBytes = long.MaxValue, MaxAge = TimeSpan.FromDays(30) }, TimeProvider.System, NullLogger.Instance);
        // The segments are as old as the documents only to the clock of the writer, so all of them are candidates for any time range: the hardest case.
        foreach (var decision in Decisions(count, requests)) await AppendAsync(spool, decision);
    }

    internal static IEnumerable<DecisionEvent> Decisions(int count, bool requests)
    {
        var random = new Random(1);
        var request = requests ? Encoding.UTF8.GetBytes("{\"pod\":" + Reviews.Pod(Reviews.Typical).GetRawText() + "}") : [];
        var start = TimeProvider.System.GetUtcNow() - Week;
        for (var number = 0; number < count; number++) yield return Decision(random, number, start + (Week * number / count)) with { Request = request };
    }

    /// <summary>Waits while the disk is behind.</summary>
    private static async Task AppendAsync(AuditSpool spool, DecisionEvent item) => await spool.AppendAsync(item, durable: spool.LastSequence % 1000 == 0);

    private static DecisionEvent Decision(Random random, int number, DateTimeOffset at)
    {
        var id = $"{random.Next():x8}-2222-4333-8444-{number:x12}";
        var (decision, reason, variant) = (random.Next(1000), random.Next(100)) switch
        {
            ( < 3, _) => ("denied", "mode-not-granted", null),
            ( < 4, _) => ("failed", "internal-error", null),
            ( < 200, < 50) => ("skipped", "opted-out", null),
            ( < 200, _) => ("skipped", "pod-security", (string?)null),
            (_, < 70) => ("injected", "proved-minimal", "ebpf-minimal"),
            (_, < 90) => ("injected", "proved-full", "ebpf-full"),
            _ => ("injected", "nothing-proved", "restricted"),
        };
        return new DecisionEvent
        {
            Timestamp = at,
            Origin = new AuditOrigin { Service = "coral-webhook", Version = "0.1.0", Node = "coral-webhook-0", ClusterName = "bench", ClusterId = "0f7c0d0e-1111-4222-8333-444455556666" },
            DecisionId = id,
            Uid = id,
            Operation = "CREATE",
            Decision = decision,
            Reason = reason,
            Action = decision == "skipped" ? "sidecar-skip" : "sidecar-inject",
            Variant = variant,
            Form = variant is null ? null : "native",
            Namespace = $"team-{random.Next(40)}",
            GenerateName = $"service-{random.Next(400)}-5d4f7c9b8-",
            OwnerKind = "ReplicaSet",
            OwnerName = $"service-{random.Next(400)}-5d4f7c9b8",
            User = new Requester("system:serviceaccount:kube-system:replicaset-controller", "5f0d7a52-7d0f-4c0e-9d38-0d9c3a4a1f11", ["system:serviceaccounts", "system:serviceaccounts:kube-system", "system:authenticated"]),
            Policy = "platform-default",
            TemplateHash = "sha256:1f0c5b1d8d0f4a7e9c2b3a4f5e6d7c8b9a0f1e2d3c4b5a69788796a5b4c3d2e1",
            PatchHash = variant is null ? null : "sha256:9a3b5b1d8d0f4a7e9c2b3a4f5e6d7c8b9a0f1e2d3c4b5a69788796a5b4c3d2e1",
            PatchOps = variant is null ? 0 : 7,
            Level = "privileged",
            LevelVersion = "latest",
            LevelOrigin = "label",
            Before = new SecurityVerdict(true, []),
            After = decision == "skipped" || random.Next(100) < 5 ? new SecurityVerdict(false, [Violations[random.Next(Violations.Length)]]) : new SecurityVerdict(true, []),
            Nodes = [$"node-{random.Next(200)}", $"node-{random.Next(200)}"],
            Floor = "ringbuf, btf, tp_btf",
            Rules = ["opted-in", "policy-applies", "auto-prefers-minimal", "native-sidecar-known"],
            Candidates = [new CandidateOutcome("ebpf-minimal", variant == "ebpf-minimal" ? "chosen" : "rejected", null), new CandidateOutcome("ebpf-full", "rejected", "not-needed"), new CandidateOutcome("restricted", "not-tried", null)],
            Warnings = number % 500 == 0 ? [$"coral.io/mode: \"ebpf-mega-{number}\" is no mode; auto is used"] : [],
            DurationNanoseconds = random.Next(100_000, 2_000_000),
        };
    }
}
