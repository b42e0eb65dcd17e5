using System.Text.Json;

namespace Coral.Policies.Nodes;

/// <summary>What a pod says about where it may land, read in place.</summary>
internal readonly struct Placement
{
    public Placement(JsonElement podSpec, in Scheduling extra)
    {
        NodeName = podSpec.Text("nodeName"u8) is { Length: > 0 } name ? name : null;
        NodeSelector = podSpec.Get("nodeSelector"u8);
        RequiredAffinity = podSpec.Get("affinity"u8).Get("nodeAffinity"u8).Get("requiredDuringSchedulingIgnoredDuringExecution"u8);
        Tolerations = podSpec.Get("tolerations"u8);
        Extra = extra;
    }

    public string? NodeName { get; }

    public JsonElement NodeSelector { get; }

    public JsonElement RequiredAffinity { get; }

    public JsonElement Tolerations { get; }

    public Scheduling Extra { get; }

    public bool HasAffinity => RequiredAffinity.ValueKind is not (JsonValueKind.Undefined or JsonValueKind.Null);

    /// <summary>Only taints can narrow the choice.</summary>
    public bool IsFree => NodeName is null && !HasAffinity && IsEmpty(NodeSelector) && IsEmpty(Extra.NodeSelector);

    /// <summary>By <c>nodeName</c>, or by the field in every term of the affinity, as the DaemonSet controller writes it.</summary>
    public bool NamesItsNode
    {
        get
        {
            if (NodeName is not null) return true;
            var terms = 0;
            foreach (var term in RequiredAffinity.Items("nodeSelectorTerms"u8))
            {
                var named = false;
                foreach (var requirement in term.Items("matchFields"u8)) named |= requirement.Text("operator"u8) == "In";
                if (!named) return false;
                terms++;
            }

            return terms > 0;
        }
    }

    private static bool IsEmpty(JsonElement selector) => selector.ValueKind != JsonValueKind.Object || !selector.EnumerateObject().MoveNext();
}
