using System.Text;
using Coral.Audit.Events;

namespace Coral.Audit.Tests;

/// <summary>Events as the webhook makes them.</summary>
internal static class Samples
{
    public static readonly AuditOrigin Origin = new()
    {
        Service = "coral-webhook",
        Version = "0.1.0",
        Node = "webhook-0",
        ClusterName = "kit",
        ClusterId = "0f7c0d0e-1111-4222-8333-444455556666",
    };

    private static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public static DecisionEvent Decision(int number, DateTimeOffset? at = null) => new()
    {
        Timestamp = at ?? Noon,
        Origin = Origin,
        DecisionId = Uid(number),
        Uid = Uid(number),
        Operation = "CREATE",
        Decision = "injected",
        Reason = "privileged-floor-minimal",
        Action = "sidecar-inject",
        Variant = "ebpf-minimal",
        Form = "native",
        Namespace = "shop",
        Name = $"web-{number}",
    };

    /// <summary>Every field has a value.</summary>
    public static DecisionEvent Full(int number) => Decision(number) with
    {
        DryRun = true,
        Subresource = "ephemeralcontainers",
        Warnings = ["coral.io/mode: \"ebpf-mega\" is no mode; auto is used"],
        Policy = "platform-default",
        TemplateHash = "sha256:1f0c",
        PatchHash = "sha256:9a3b",
        PatchOps = 7,
        WouldBe = new WouldBe("proved-minimal", "sha256:77aa", 9),
        Level = "privileged",
        LevelVersion = "v1.30",
        LevelOrigin = "label",
        Before = new SecurityVerdict(false, ["hostPort (container \"web\" uses hostPort 80)"]),
        After = new SecurityVerdict(false, ["non-default capabilities (container \"coral-agent\" must not include \"BPF\" in securityContext.capabilities.add)"]),
        Nodes = ["node-a", "node-b"],
        Floor = "ringbuf, btf, tp_btf",
        Pin = new PinOutcome("pinned", ["full", "minimal"]),
        Candidates = [new CandidateOutcome("ebpf-minimal", "chosen", null), new CandidateOutcome("ebpf-full", "rejected", "not-needed")],
        Rules = ["auto-prefers-minimal", "native-sidecar-known"],
        Degraded = ["http-latency"],
        PriorDecisionId = Uid(1_000_000),
        User = new Requester("system:serviceaccount:kube-system:replicaset-controller", "42", ["system:serviceaccounts", "system:authenticated"]),
        GenerateName = "web-",
        OwnerKind = "ReplicaSet",
        OwnerName = "web-5d4f",
        DurationNanoseconds = 123_456,
        Request = Encoding.UTF8.GetBytes("{\"pod\":{\"kind\":\"Pod\",\n\"metadata\":{\"name\":\"web\"}},\r\n\"facts\":[1,2]}"),
    };

    public static string Uid(int number) => $"00000000-0000-4000-8000-{number:D12}";
}
