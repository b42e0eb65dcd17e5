namespace Coral.Policies.Nodes;

/// <summary>Where the facts of a node come from.</summary>
internal enum ProofSource
{
    Report,
    StaleReport,
    NoReport,
    Serverless,
}

/// <summary>What one node has proved; nothing, unless its source is a fresh report.</summary>
internal sealed record NodeProof(ProofSource Source)
{
    public static readonly NodeProof None = new(ProofSource.NoReport);
    public static readonly NodeProof Stale = new(ProofSource.StaleReport);
    public static readonly NodeProof Serverless = new(ProofSource.Serverless);

    public bool Minimal { get; init; }

    public bool Full { get; init; }

    public bool Something { get; init; }

    public bool MemlockNotNeeded { get; init; }

    public string? RuntimeSocket { get; init; }

    public KubernetesVersion? Kubelet { get; init; }

    /// <summary>When it has to be looked at again: a fresh report expires, one that says it comes from the future may be believed. Null for never.</summary>
    public DateTimeOffset? Expiry { get; init; }

    /// <summary>The proof of one report, at a moment.</summary>
    public static NodeProof Of(NodeReport report, DateTimeOffset now, ReportOrigin origin)
    {
        if (report.ExpiresAt is { } expiry ? expiry <= now : origin == ReportOrigin.Cluster) return Stale;
        if (origin == ReportOrigin.Cluster && Future(report, now) is { } believed) return Stale with { Expiry = believed };
        return new NodeProof(ProofSource.Report)
        {
            Minimal = report.ProvesMinimal,
            Full = report.ProvesFull,
            Something = report.ProvesSomething,
            MemlockNotNeeded = report.Memlock == MemlockState.NotNeeded,
            RuntimeSocket = report.RuntimeSocket,
            Kubelet = report.Kubelet,
            Expiry = report.ExpiresAt,
        };
    }

    /// <summary>
    /// From when on a report is believed that was observed, or by its expiry written, later than now; null for now. Without it whoever writes one report would
    /// be believed for as long as he likes. What was proved a day ago is as good as new, so it is the expiry that tells when a report was written.
    /// </summary>
    private static DateTimeOffset? Future(NodeReport report, DateTimeOffset now)
    {
        var written = report.ExpiresAt > now + NodeReport.Lifetime + NodeReport.Skew ? report.ExpiresAt - NodeReport.Lifetime - NodeReport.Skew : null;
        var observed = report.ObservedAt > now + NodeReport.Skew ? report.ObservedAt - NodeReport.Skew : null;
        return written > observed || observed is null ? written : observed;
    }

    /// <summary>The proof of a node by all its reports.</summary>
    public static NodeProof Of(NodeFacts node, IEnumerable<NodeReport> reports, DateTimeOffset now, ReportOrigin origin)
    {
        if (node.IsServerless) return Serverless;
        NodeProof? proof = null;
        foreach (var report in reports)
        {
            // The kernel may have changed since: only a report of this boot tells. Recorded reports (files) are of another machine on purpose.
            var otherBoot = origin == ReportOrigin.Cluster && node.BootId is not null && report.BootId is not null && node.BootId != report.BootId;
            var one = otherBoot ? Stale : Of(report, now, origin);
            proof = proof is null ? one : proof.And(one);
        }

        return proof ?? None;
    }

    /// <summary>The weaker of two proofs of one node, part by part: whichever of two reports is the true one, this holds.</summary>
    public NodeProof And(NodeProof other) =>
        Source != ProofSource.Report ? this : other.Source != ProofSource.Report ? other : new NodeProof(ProofSource.Report)
        {
            Minimal = Minimal && other.Minimal,
            Full = Full && other.Full,
            Something = Something && other.Something,
            MemlockNotNeeded = MemlockNotNeeded && other.MemlockNotNeeded,
            RuntimeSocket = RuntimeSocket == other.RuntimeSocket ? RuntimeSocket : null,
            Kubelet = Kubelet is { } one && other.Kubelet is { } two ? (one < two ? one : two) : Kubelet ?? other.Kubelet,
            Expiry = Expiry is { } first && other.Expiry is { } second ? (first < second ? first : second) : Expiry ?? other.Expiry,
        };
}
