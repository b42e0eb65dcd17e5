using System.Text.Json;

namespace Coral.Kubernetes;

/// <summary>What identifies an object among those of its kind.</summary>
/// <param name="Namespace">The namespace, or null for a cluster-scoped object.</param>
/// <param name="Name">The object's name.</param>
public readonly record struct NamespacedName(string? Namespace, string Name)
{
    /// <summary>Reads the name from an object's metadata.</summary>
    /// <exception cref="FormatException">The object has no <c>metadata.name</c>.</exception>
    public static NamespacedName Of(JsonElement item) =>
        item.MetadataText("name"u8) is { Length: > 0 } name
            ? new(item.MetadataText("namespace"u8), name)
            : throw new FormatException("an object without metadata.name");

    /// <summary><c>NAMESPACE/NAME</c>, or <c>NAME</c> alone.</summary>
    public override string ToString() => Namespace is null ? Name : $"{Namespace}/{Name}";
}
