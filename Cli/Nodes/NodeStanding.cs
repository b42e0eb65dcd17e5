using Coral.Policies.Nodes;

namespace Coral.Cli.Nodes;

/// <summary>One node with what it proved.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Node">Its Node object; null where only a report names it.</param>
/// <param name="Report">Its report, or null.</param>
/// <param name="Tier">What a pod on it alone could get: minimal, full, privileged-only or none.</param>
/// <param name="Reason">The code of the floor over it alone, or <see cref="Windows"/> or <see cref="NoNode"/>.</param>
/// <param name="Freshness">The report's age in words.</param>
/// <param name="Why">A sentence.</param>
internal sealed record NodeStanding(string Name, NodeFacts? Node, NodeReport? Report, string Tier, string Reason, string Freshness, string Why)
{
    internal const string Windows = "windows-node";
    internal const string NoNode = "no-node";

    /// <summary>All nodes, also those that only a report names, in the order of their names.</summary>
    internal static List<NodeStanding> Of(FoundNodes found, NodeIndex index, DateTimeOffset now)
    {
        var nodes = found.Nodes.ToDictionary(node => node.Name, StringComparer.Ordinal);
        var reports = found.Reports.Where(report => Speaks(report, found.Origin)).GroupBy(report => report.Node, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        return [.. nodes.Keys.Union(reports.Keys, StringComparer.Ordinal).Order(StringComparer.Ordinal)
            .Select(name => Judge(name, nodes.GetValueOrDefault(name), reports.GetValueOrDefault(name), index.FloorOfNode(name), found.Origin, now))];
    }

    // In a cluster nobody reports for another node; there the engine passes such a report over.
    private static bool Speaks(NodeReport report, ReportOrigin origin) => origin == ReportOrigin.File || report.ObjectName == report.Node;

    private static NodeStanding Judge(string name, NodeFacts? node, NodeReport? report, Floor? floor, ReportOrigin origin, DateTimeOffset now)
    {
        var reason = floor?.Reason ?? (node is null ? NoNode : Windows);
        var freshness = FreshnessOf(node, report, reason, origin, now);
        var tier = reason switch
        {
            FloorReason.ProvedMinimal => "minimal",
            FloorReason.ProvedFull => "full",
            FloorReason.ProvedPrivilegedOnly => "privileged-only",
            _ => "none",
        };
        return new NodeStanding(name, node, report, tier, reason, freshness, Sentence(reason, report, freshness));
    }

    private static string FreshnessOf(NodeFacts? node, NodeReport? report, string reason, ReportOrigin origin, DateTimeOffset now) => report switch
    {
        null => "none",
        { ExpiresAt: { } unreadable } when unreadable == DateTimeOffset.MinValue => "unreadable expiry",
        { ExpiresAt: { } expiry } when expiry <= now => $"expired {Span(now - expiry)} ago",
        { ExpiresAt: null } when origin == ReportOrigin.Cluster => "no expiry",
        _ when reason == FloorReason.StaleReport && report.BootId != node?.BootId => "of another boot",
        { ExpiresAt: { } expiry } when origin == ReportOrigin.Cluster && expiry > now + NodeReport.Lifetime + NodeReport.Skew => $"expires too late, in {Span(expiry - now)}",
        { ObservedAt: { } observed } when origin == ReportOrigin.Cluster && observed > now + NodeReport.Skew => $"observed in the future, in {Span(observed - now)}",
        { ExpiresAt: { } expiry } => $"expires in {Span(expiry - now)}",
        _ => "never expires",
    };

    private static string Sentence(string reason, NodeReport? report, string freshness) => reason switch
    {
        FloorReason.ProvedMinimal => "all that is needed is proved with the capabilities of ebpf-minimal",
        FloorReason.ProvedFull => $"ebpf-minimal lacks {Lacks(report, fact => fact.Minimal)}",
        FloorReason.ProvedPrivilegedOnly => $"ebpf-full lacks {Lacks(report, fact => fact.Full)}",
        FloorReason.NothingProved => $"no eBPF program runs there: {Lacks(report, fact => fact.State)}",
        FloorReason.StaleReport when freshness.StartsWith("expired", StringComparison.Ordinal) => "its agent is silent",
        FloorReason.StaleReport => $"the report is not believed: {freshness}",
        FloorReason.NoReport => "no agent has reported",
        FloorReason.ServerlessNode => "virtual or serverless: no agent can run there",
        NoNode => "there is no such node: the report stands for nothing",
        _ => "a Windows node: no pod with our sidecar lands there",
    };

    private static string Lacks(NodeReport? report, Func<NodeFact, FactState> trial) => string.Join(", ", report?.Required.Where(fact => trial(fact) != FactState.Ok)
        .Select(fact => $"{fact.Name} ({(trial(fact) == FactState.Unknown ? "not said" : trial(fact).ToString().ToLowerInvariant())})") ?? []);

    private static string Span(TimeSpan span) => span switch
    {
        { TotalMinutes: < 1 } => $"{span.TotalSeconds:0} s",
        { TotalHours: < 1 } => $"{Math.Floor(span.TotalMinutes)} min",
        { TotalDays: < 2 } => $"{Math.Floor(span.TotalHours)} h",
        _ => $"{Math.Floor(span.TotalDays)} d",
    };
}
