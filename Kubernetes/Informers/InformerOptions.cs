using System.Text.Json;

namespace Coral.Kubernetes;

/// <summary>What an informer follows.</summary>
public sealed record InformerOptions
{
    /// <summary>Only objects of this namespace; null for all.</summary>
    public string? Namespace { get; init; }

    /// <summary>Only objects with these labels, as <c>kubectl -l</c> takes them.</summary>
    public string? LabelSelector { get; init; }

    /// <summary>Only objects with these fields, as <c>kubectl --field-selector</c> takes them.</summary>
    public string? FieldSelector { get; init; }

    /// <summary>How many objects one page of a list holds.</summary>
    public int PageSize { get; init; } = 500;

    /// <summary>Makes an object smaller before it is kept; name and version are read before. Must be pure. Null keeps it whole.</summary>
    public Func<JsonElement, JsonElement>? Trim { get; init; }
}
