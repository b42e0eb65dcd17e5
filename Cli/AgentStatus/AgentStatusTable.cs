using System.Text.Json;
using Coral.Cli.Output;
using Coral.Policies;

namespace Coral.Cli.AgentStatus;

/// <summary>An agent's status for people.</summary>
internal static class AgentStatusTable
{
    /// <summary>Whether it has what an agent of this version says.</summary>
    internal static bool IsStatus(JsonElement status) =>
        status.ValueKind == JsonValueKind.Object
        && status.Text("variant"u8) is not null
        && status.Text("state"u8) is not null
        && status.Get("capabilities"u8).ValueKind == JsonValueKind.Array
        && status.Get("facts"u8).ValueKind == JsonValueKind.Object
        && status.Get("degraded"u8).ValueKind == JsonValueKind.Array
        && status.Get("problems"u8).ValueKind == JsonValueKind.Array;

    internal static void Write(Terminal terminal, JsonElement status)
    {
        var pod = status.Get("pod"u8);
        var facts = status.Members("facts"u8).ToList();
        List<(string, string)> fields =
        [
            ("Variant", status.Text("variant"u8)!),
            ("State", status.Text("state"u8)!),
            ("Version", status.Text("version"u8) ?? "-"),
            ("Pod", $"{pod.Text("namespace"u8) ?? "-"}/{pod.Text("name"u8) ?? "-"} on {pod.Text("node"u8) ?? "-"}"),
            ("User", status.Get("user"u8).ToString()),
            ("Capabilities", string.Join(", ", status.Items("capabilities"u8).Select(name => name.ToString())) is { Length: > 0 } names ? names : "none"),
            ("eBPF", facts.Count == 0 ? "not tried" : $"{facts.Count(fact => fact.Value.Text("state"u8) == "ok")} of {facts.Count} facts proved here"),
        ];
        Tables.WriteFields(terminal, fields, indent: 0);
        var degraded = status.Items("degraded"u8).Select(item => new[] { item.Text("feature"u8) ?? "-", item.Text("why"u8) ?? "-", item.Text("instead"u8) ?? "-" }).ToList();
        if (degraded.Count > 0)
        {
            terminal.Out.WriteLine();
            Tables.Write(terminal, ["WITHOUT", "WHY", "INSTEAD"], degraded, wraps: ["WHY", "INSTEAD"]);
        }

        foreach (var problem in status.Items("problems"u8)) terminal.Out.WriteLine(Tables.Clean($"Problem: {problem}"));
    }
}
