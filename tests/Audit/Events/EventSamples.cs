using System.Net;
using Coral.Audit.Chain.Checkpoints;
using Coral.Audit.Events;
using Coral.Audit.Events.Kernel;

namespace Coral.Audit.Tests.Events;

/// <summary>Events of every type; together they give every field of the catalogue a value.</summary>
internal static class EventSamples
{
    public static readonly DateTimeOffset Noon = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    public static readonly Workload Pod = new()
    {
        Namespace = "shop",
        Pod = "web-7",
        PodUid = Samples.Uid(7),
        Container = "web",
        ContainerId = "4f1c0d2e",
        Image = "registry.test/web:1.4",
        Node = "node-a",
    };

    /// <summary>The same, as collectors know it from the API server.</summary>
    public static readonly Workload Owned = Pod with { OwnerKind = "deployment", Owner = "web" };

    public static readonly ProcessInfo Process = new()
    {
        Pid = 4242,
        VirtualPid = 7,
        EntityId = "b0/4242/9000",
        Name = "curl",
        Executable = "/usr/bin/curl",
        Arguments = ["curl", "-s", "https://shop.test/cart"],
        ArgumentCount = 3,
        WorkingDirectory = "/srv",
        Start = Noon.AddSeconds(-9),
        End = Noon,
        ExitCode = 0,
        Parent = new ParentProcess(4200, "b0/4200/8000", "sh", "/bin/sh"),
        EntryLeader = "b0/4100/7000",
        UserId = 1000,
        Capabilities = ["CAP_NET_BIND_SERVICE"],
    };

    public static readonly Peer Source = new(IPAddress.Parse("10.244.0.7"), 40_112, "web.shop", 1200, 9);

    public static readonly Peer Destination = new(IPAddress.Parse("fd00::12"), 443, "cart.shop", 88_000, 70);

    private static readonly AuditPublicKey NewKey =
        AuditPublicKey.FromBase64("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEygXQWCPX7lrxFoFG/jfs2GkY9SItQewX4e0lq5s8LjDin4a1lEOqCgTJwVLAFFq+pyfaMkHWG7sz9QcVcAQXMw==")!;

    private static readonly AuditPublicKey OldKey =
        AuditPublicKey.FromBase64("MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAELsapbszay7Kd1lJJymoHuzAWd65it9AxrVi7ne1yon+Yop/L99QVTLaeXEudX0PZmroDxISDDMkXqN7UueXM4w==")!;

    private static readonly Requester Operator = new("ada", "1017", ["sre"]);

    /// <summary>Those of a class: what one spool takes.</summary>
    public static IEnumerable<AuditEvent> Of(StreamClass @class) => All.Where(e => e.Stream.Class == @class);

    /// <summary>One of each type and action, by <c>event.action</c>. The first of each type is the fullest.</summary>
    public static IReadOnlyList<AuditEvent> All =>
    [
        Samples.Full(7), Samples.Decision(8) with { Decision = "denied", Action = "sidecar-inject" }, Samples.Decision(9) with { Decision = "skipped", Action = "sidecar-skip" },
        Samples.Decision(10) with { Decision = "failed", Action = "admission-validate" },
        new LogLineEvent
        {
            Timestamp = Noon,
            Origin = Samples.Origin,
            Level = "error",
            Message = "Cannot reach https://[redacted]@search.test: refused",
            Template = "Cannot reach {Url}: {Why}",
            Logger = "Coral.Webhook",
            Code = "Unreachable",
            Error = new LoggedError("System.IO.IOException", "refused", "System.IO.IOException: refused\n   at Coral.Webhook.Serve()"),
            TraceId = "0af7651916cd43dd8448eb211c80319c",
            SpanId = "b7ad6b7169203331",
            Labels = [new("Url", "https://search.test"), new("Password", "hidden")],
        },
        new GapEvent { Timestamp = Noon, Origin = Samples.Origin, From = 1, To = 2, Reason = "max-age" },
        new RefusalEvent { Timestamp = Noon, Origin = Samples.Origin, Count = 12, Duration = 3_200_000_000, Reason = "max-bytes" },
        Seal, .. Programs(), .. Controls(), .. Remediations(), Report, Mismatch, Mismatch with { Resolved = true, Lacks = [] }, .. Discoveries(), .. Kernel(),
    ];

    /// <summary>Of fixed bytes, where a real one would differ each time: its signatures are none.</summary>
    public static CheckpointEvent Seal { get; } = new()
    {
        Timestamp = Noon,
        Origin = Samples.Origin,
        Reason = "interval",
        Checkpoint = new SignedCheckpoint(
            new Checkpoint { Writer = Workspace.Writer, Epoch = 3, Sequence = 41, Hash = new string('7', 64), Count = 9, Time = Noon, Key = NewKey.Id, OldKey = OldKey.Id },
            NewKey,
            [1, 2, 3],
            OldKey,
            [4, 5, 6]),
    };

    public static NodeReportEvent Report { get; } = new()
    {
        Timestamp = Noon,
        Origin = Samples.Origin,
        Node = "node-a",
        ReportHash = "sha256:0a1b",
        Generation = 7,
        Expires = Noon.AddMinutes(30),
        BootId = Samples.Uid(1),
        Kernel = "6.12.0",
        Architecture = "x86_64",
        Btf = true,
        Cgroup = "v2",
        Lockdown = "none",
        Memlock = "not-needed",
        Runtime = "containerd",
        Kubelet = "v1.36.3",
        Facts = [new("ringbuf", "ok", "ok", "ok"), new("kprobe", "denied", "denied", "ok"), new("iter:task", "absent")],
        Collectors = ["exec=T0", "connect=T1"],
        Changed = ["kprobe"],
        DurationNanoseconds = 310_000,
    };

    public static VariantMismatchEvent Mismatch { get; } = new()
    {
        Timestamp = Noon,
        Origin = Samples.Origin,
        Workload = Pod,
        Variant = "ebpf-minimal",
        Lacks = ["iter:task"],
        ReportHash = "sha256:0a1b",
        DecisionId = Samples.Uid(7),
    };

    public static ControlEvent Control { get; } = new()
    {
        Timestamp = Noon,
        Origin = Samples.Origin,
        ControlId = Samples.Uid(5),
        Operation = "grant",
        Outcome = EventOutcome.Failure,
        Reason = "incident 4711",
        User = Operator,
        Target = new Requester("bob", "1018", ["dev"]),
        Group = "tappers",
        From = IPAddress.Parse("fe80::1%3"),
        UserAgent = "coral/0.1.0",
        Session = new OperatorSession("certificate", "s-1", "OPS-12", true, "r-1"),
        Workload = Pod,
        Command = ["ps", "aux"],
        Error = "the agent is gone",
        DurationNanoseconds = 5_000_000,
    };

    public static RemediationEvent Remediation { get; } = new()
    {
        Timestamp = Noon,
        Origin = Samples.Origin,
        RemediationId = Samples.Uid(6),
        Phase = RemediationPhase.Outcome,
        Action = "restart-pod",
        Outcome = EventOutcome.Failure,
        Reason = "crash-loop",
        Rule = new RemediationRule("pod-crash-loop", "r-1", "availability", "sample", "3"),
        Severity = 3,
        Step = 2,
        DryRun = true,
        TriggerEventId = "04hkaps9lf6uu000001g00000000001a",
        ApprovedBy = "ada",
        RollbackOf = Samples.Uid(4),
        BeforeHash = "sha256:01",
        AfterHash = "sha256:02",
        Workload = Pod,
        User = "system:serviceaccount:kube-sentinel:kube-sentinel",
        Error = "the pod is gone",
        DurationNanoseconds = 1_000,
    };

    private static IEnumerable<AuditEvent> Programs()
    {
        var start = new ProgramEvent { Timestamp = Noon, Origin = Samples.Origin, Action = ProgramAction.Start, Pid = 1, Arguments = ["coral-webhook", "serve"], ConfigHash = "sha256:aa" };
        return [start, start with { Action = ProgramAction.Stop, ExitCode = 0, Reason = "sigterm" }, start with { Action = ProgramAction.Configured, Changed = ["policies"] }];
    }

    private static IEnumerable<AuditEvent> Controls() =>
        [Control, .. new[] { "attach", "detach", "tap", "profile", "capture", "exec", "config", "revoke" }.Select(operation => Control with { Operation = operation, Outcome = EventOutcome.Unknown, Error = null })];

    private static IEnumerable<AuditEvent> Remediations() =>
        from action in new[] { "restart-pod", "kill-process", "isolate-pod", "evict-pod", "scale-up", "scale-down", "rollback-deployment" }
        from phase in Enum.GetValues<RemediationPhase>()
        select Remediation with { Action = action, Phase = phase };

    private static IEnumerable<AuditEvent> Discoveries() =>
        Enum.GetValues<DiscoveryAction>().Select(action => new DiscoveryEvent
        {
            Timestamp = Noon,
            Origin = Samples.Origin,
            Action = action,
            Service = "cart",
            Source = "annotation",
            Confidence = 0.75,
            Provenance = ["annotation coral.io/service", "port 8080"],
            Protocol = "http",
            Endpoint = new Peer(Destination.Address, 8080, "cart.shop", Bytes: 1),
            Agent = "agent-1",
            Process = Process,
            Workload = Pod,
            Labels = [new("app.kubernetes.io/name", "cart"), new("tier", "front")],
        });

    private static IEnumerable<AuditEvent> Kernel()
    {
        foreach (var action in Enum.GetValues<ProcessAction>())
            yield return new ProcessEvent { Timestamp = Noon, Origin = Samples.Origin, Action = action, Process = Process, Workload = Pod, Error = "EACCES", DurationNanoseconds = 9_000_000_000 };
        foreach (var action in Enum.GetValues<ConnectionAction>())
            yield return Connection with { Action = action };
        yield return Connection with { Error = "EPERM" };
        yield return Http;
        foreach (var action in Enum.GetValues<FileAction>())
            yield return FileTouched with { Action = action };
        yield return new CpuSampleEvent
        {
            Timestamp = Noon,
            Origin = Samples.Origin,
            WindowNanoseconds = 1_000_000_000,
            OnMicroseconds = 420_000,
            OffMicroseconds = 500_000,
            RunQueueMicroseconds = 80_000,
            Samples = 99,
            Usage = 0.42,
            Process = Process,
            Workload = Pod,
        };
        foreach (var e in KernelSums.All) yield return e;
    }

    public static ConnectionEvent Connection { get; } = new()
    {
        Timestamp = Noon,
        Origin = Samples.Origin,
        Action = ConnectionAction.Close,
        Source = Source,
        Destination = Destination,
        NetworkType = "ipv6",
        Direction = "egress",
        CommunityId = "1:LQU9qZlK+B5F3KDmev6m5PMibrg=",
        Bytes = 89_200,
        State = "CLOSE",
        RoundTripMicroseconds = 210,
        Retransmits = 1,
        DurationNanoseconds = 70_000_000,
        Process = Process,
        Workload = Pod,
    };

    public static HttpEvent Http { get; } = new()
    {
        Timestamp = Noon,
        Origin = Samples.Origin,
        Method = "GET",
        Path = "/cart/7?session=1",
        Domain = "cart.shop",
        Status = 200,
        Version = "1.1",
        RequestBytes = 180,
        ResponseBytes = 2_400,
        DurationNanoseconds = 1_800_000,
        FirstMicroseconds = 1_100,
        Direction = "ingress",
        Source = Source,
        Destination = Destination,
        Process = Process,
        Workload = Owned,
    };

    public static FileEvent FileTouched { get; } = new()
    {
        Timestamp = Noon,
        Origin = Samples.Origin,
        Action = FileAction.Write,
        Path = "/srv/data/cart.db",
        PathBefore = "/srv/data/cart.tmp",
        Inode = "812",
        Device = "8:1",
        Mode = "0644",
        Uid = "1000",
        Gid = "1000",
        Bytes = 4096,
        Count = 3,
        Error = "ENOSPC",
        Process = Process,
        Workload = Pod,
    };
}
