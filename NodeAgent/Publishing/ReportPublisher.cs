using System.Buffers;
using System.Net;
using System.Text.Json;
using Coral.Kubernetes;
using Coral.NodeAgent.Capabilities;
using Coral.NodeAgent.Journal;
using Coral.Policies.Nodes;

namespace Coral.NodeAgent.Publishing;

/// <summary>
/// Writes a node's report and its label by server-side apply, with the account of manifests/agent. What the cluster refuses or can't be reached for comes as the exceptions of
/// <see cref="IKubernetesClient"/>. Not thread safe.
/// </summary>
internal sealed class ReportPublisher(IKubernetesClient client, INodeJournal journal, TimeProvider time)
{
    private const string Manager = "coral-agent";
    private const string Label = "coral.io/ebpf";

    /// <summary>How long a report holds; it is renewed every ten minutes, so two renewals may fail (design §6).</summary>
    internal static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(30);

    private readonly WriteOptions again = new() { Retry = true };

    /// <summary>The change that went into the journal last: what can't be written is tried again, and is one change all the same.</summary>
    private (long Generation, string Hash) journalled;

    /// <summary>Writes it, or renews it when the cluster has the same already. A change goes into the journal first: rather twice, after a crash between the two, than never.</summary>
    internal async Task PublishAsync(ProbeOutcome outcome, CancellationToken cancellation)
    {
        var node = await client.GetAsync(ApiResource.Nodes, null, outcome.Node, cancellation);
        var info = Member(Member(node, "status"), "nodeInfo");
        var stored = await FindAsync(outcome.Node, cancellation);
        var publication = new Publication(
            Member(node, "metadata").GetProperty("uid").GetString()!, Generation(stored), time.GetUtcNow() + Lifetime, Text(info, "kubeletVersion"), Text(info, "containerRuntimeVersion"));
        var body = Body(json => NodeCapabilityDocument.Write(json, outcome, publication));
        var report = NodeReport.Read(Parse(body))!;
        var before = stored is { } there ? NodeReport.Read(there) : null;
        var hash = ReportHash.Of(report);
        if (before is null || hash != ReportHash.Of(before))
        {
            if (stored is not null) publication = publication with { Generation = publication.Generation + 1 };
            body = Body(json => NodeCapabilityDocument.Write(json, outcome, publication));
            if (journalled != (publication.Generation, hash)) journal.Changed(new ReportChange(outcome, publication, hash, before));
            journalled = (publication.Generation, hash);
        }

        await client.ApplyAsync(ApiResource.NodeCapabilities, null, outcome.Node, body, Manager, force: true, again, cancellation);

        var tier = report switch { { ProvesMinimal: true } => "minimal", { ProvesFull: true } => "full", _ => "none" };
        var labels = Body(json => WriteLabel(json, outcome.Node, tier));
        await client.ApplyAsync(ApiResource.Nodes, null, outcome.Node, labels, Manager, force: true, again, cancellation);
    }

    private async Task<JsonElement?> FindAsync(string node, CancellationToken cancellation)
    {
        try
        {
            return await client.GetAsync(ApiResource.NodeCapabilities, null, node, cancellation);
        }
        catch (KubernetesException missing) when (missing.StatusCode == HttpStatusCode.NotFound)
        {
            return null;
        }
    }

    private static long Generation(JsonElement? stored) =>
        stored is { } report && Member(report, "generation") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var generation) ? generation : 1;

    private static void WriteLabel(Utf8JsonWriter json, string node, string tier)
    {
        json.WriteStartObject();
        json.WriteString("apiVersion"u8, "v1"u8);
        json.WriteString("kind"u8, "Node"u8);
        json.WriteStartObject("metadata"u8);
        json.WriteString("name"u8, node);
        json.WriteStartObject("labels"u8);
        json.WriteString(Label, tier);
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static ReadOnlyMemory<byte> Body(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(64 * 1024);
        using (var json = new Utf8JsonWriter(buffer)) write(json);
        return buffer.WrittenMemory;
    }

    private static JsonElement Parse(ReadOnlyMemory<byte> body) => JsonDocument.Parse(body).RootElement;

    private static JsonElement Member(JsonElement of, string name) => of.ValueKind == JsonValueKind.Object && of.TryGetProperty(name, out var member) ? member : default;

    private static string? Text(JsonElement of, string name) => Member(of, name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;
}
