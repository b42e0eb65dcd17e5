using System.Globalization;
using System.Text.Json;
using Coral.Policies;
using Coral.Policies.Nodes;

namespace Coral.Cli.Nodes;

/// <summary>Nodes as JSON lines.</summary>
internal static class NodesJson
{
    internal static void Write(Terminal terminal, IEnumerable<NodeStanding> nodes)
    {
        foreach (var node in nodes) terminal.Out.WriteLine(Json.ToText(json => Write(json, node)));
    }

    private static void Write(Utf8JsonWriter json, NodeStanding node)
    {
        json.WriteStartObject();
        json.WriteString("node"u8, node.Name);
        json.WriteString("tier"u8, node.Tier);
        json.WriteString("reason"u8, node.Reason);
        json.WriteString("report"u8, node.Freshness);
        json.WriteString("why"u8, node.Why);
        WriteTime(json, "observedAt", node.Report?.ObservedAt);
        WriteTime(json, "expiresAt", node.Report?.ExpiresAt);
        WriteText(json, "label", node.Node?.Labels.GetValueOrDefault(Vocabulary.NodeEbpf));
        WriteText(json, "kernel", node.Report?.Release);
        WriteText(json, "arch", node.Node?.Architecture ?? node.Report?.Arch);
        WriteText(json, "lockdown", node.Report?.Lockdown);
        WriteText(json, "memlock", node.Report is null ? null : NodesTable.Memlock(node.Report));
        WriteText(json, "runtime", node.Node?.ContainerRuntimeVersion ?? node.Report?.Runtime);
        WriteText(json, "kubelet", node.Node?.KubeletVersion ?? node.Report?.Kubelet?.ToString());
        WriteText(json, "keepsAway", NodesTable.KeepsAway(node.Node));
        json.WriteStartObject("required"u8);
        foreach (var fact in node.Report?.Required ?? [])
        {
            json.WriteStartObject(fact.Name);
            json.WriteString("state"u8, Word(fact.State));
            json.WriteString("minimal"u8, Word(fact.Minimal));
            json.WriteString("full"u8, Word(fact.Full));
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string Word(FactState state) => state.ToString().ToLowerInvariant();

    private static void WriteText(Utf8JsonWriter json, string name, string? text)
    {
        if (!string.IsNullOrEmpty(text)) json.WriteString(name, text);
    }

    private static void WriteTime(Utf8JsonWriter json, string name, DateTimeOffset? time)
    {
        if (time > DateTimeOffset.MinValue) json.WriteString(name, time.Value.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture));
    }
}
