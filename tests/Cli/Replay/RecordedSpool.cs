using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Coral.Audit.Events;
using Coral.Audit.Spool;
using Coral.Policies;
using Coral.Policies.Bundles;
using Coral.Policies.Nodes;
using Coral.Policies.PodSecurity;
using Coral.Policies.Recording;
using Coral.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Cli.Tests.Replay;

/// <summary>A spool with decisions in the sample cluster, recorded as the webhook does (which tests/Webhook compares with the webhook itself).</summary>
internal sealed class RecordedSpool : IDisposable
{
    internal const string Hardened = """
        {"metadata":{"name":"NAME"},"spec":{"securityContext":{"runAsNonRoot":true,"seccompProfile":{"type":"RuntimeDefault"}},
         "containers":[{"name":"app","image":"nginx","securityContext":{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]}}}]}}
        """;

    private static readonly DateTimeOffset Noon = new FakeTimeProvider().GetUtcNow();
    private readonly Folder folder = new();
    private readonly DecisionEngine engine = new();
    private int count;

    /// <summary>The folder of the spool.</summary>
    internal string Path => System.IO.Path.Combine(folder.Path, "spool");

    /// <summary>A folder with these policies.</summary>
    internal string Policies(string yaml)
    {
        Directory.CreateDirectory(System.IO.Path.Combine(folder.Path, "policies"));
        folder.Write("policies/policies.yaml", yaml);
        return System.IO.Path.Combine(folder.Path, "policies");
    }

    /// <summary>Decides on pods and records that.</summary>
    internal async Task DecideAsync(params IEnumerable<(string Namespace, string Pod)> pods)
    {
        var bundle = BundleReader.Read(Coral.Standalone);
        var nodes = bundle.Nodes.Select(document => NodeFacts.Read(document.Object)!);
        var reports = bundle.NodeCapabilities.Select(document => NodeReport.Read(document.Object)!);
        var facts = FactsReader.Read(bundle, KubernetesVersion.NewestKnown) with { Nodes = NodeIndex.Build(nodes, reports, Noon, ReportOrigin.File) };
        await AppendAsync(pods.Select(item =>
        {
            var request = new PodRequest { DecisionId = $"00000000-0000-4000-8000-{++count:D12}", Namespace = item.Namespace, Pod = JsonElement.Parse(item.Pod) };
            return Event(request, facts, engine.Decide(request, facts));
        }));
    }

    /// <summary>Records a decision of which nothing but <c>coral.request</c> is of interest.</summary>
    internal Task RecordAsync(string request, Func<DecisionEvent, DecisionEvent>? change = null) =>
        AppendAsync([(change ?? (same => same))(Plain($"00000000-0000-4000-8000-{++count:D12}") with { Request = Encoding.UTF8.GetBytes(request) })]);

    public void Dispose() => folder.Dispose();

    private async Task AppendAsync(IEnumerable<DecisionEvent> events)
    {
        await using var spool = AuditSpool.Open(new SpoolOptions { Directory = Path }, new FakeTimeProvider(), NullLogger.Instance);
        foreach (var item in events) spool.Append(item);
    }

    private DecisionEvent Event(PodRequest request, ClusterFacts facts, Decision decision)
    {
        var buffer = new ArrayBufferWriter<byte>();
        RecordedRequest.Write(buffer, request, facts, decision);
        return Plain(request.DecisionId) with
        {
            DryRun = count % 4 == 0,
            Decision = decision.Outcome.ToCode(),
            Reason = decision.Reason,
            Variant = decision.Variant,
            Form = decision.Form?.ToCode(),
            Policy = decision.Policy,
            Warnings = decision.Warnings,
            Level = decision.Level?.Level.ToText(),
            LevelVersion = decision.Level?.Version.ToString(),
            LevelOrigin = decision.Level?.Origin.ToCode(),
            PatchHash = decision.Patch.IsEmpty ? null : Convert.ToHexStringLower(SHA256.HashData(decision.Patch.Span)),
            PatchOps = decision.PatchOperations,
            Namespace = request.Namespace,
            Name = request.Pod.GetProperty("metadata").GetProperty("name").GetString(),
            Request = buffer.WrittenMemory,
        };
    }

    private DecisionEvent Plain(string id) => new()
    {
        Timestamp = Noon.AddMinutes(count - 200),
        Origin = new AuditOrigin { Service = "coral-webhook" },
        DecisionId = id,
        Uid = id,
        Operation = "CREATE",
        Decision = "skipped",
        Reason = "not-opted-in",
        Action = "sidecar-inject",
        Namespace = "shop",
        Name = "web",
    };
}
