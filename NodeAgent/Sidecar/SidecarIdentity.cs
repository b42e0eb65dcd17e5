using Coral.Policies.Variants;

namespace Coral.NodeAgent.Sidecar;

/// <summary>Who a sidecar is, by what the webhook put into its environment (Policies/Variants/sidecar.yaml).</summary>
/// <param name="VariantName">The variant's name as it was given.</param>
/// <param name="Namespace">The pod's namespace, or null.</param>
/// <param name="Pod">The pod's name, or null.</param>
/// <param name="Node">The node's name, or null.</param>
internal sealed record SidecarIdentity(string VariantName, string? Namespace, string? Pod, string? Node)
{
    /// <summary>The variant, or null when this version knows none of that name.</summary>
    internal Variant? Variant => VariantCatalogue.Shipped.Find(VariantName);

    /// <summary>Without a variant it is the one that promises nothing.</summary>
    internal static SidecarIdentity Read(Func<string, string?> environment) =>
        new(environment("CORAL_VARIANT") is { Length: > 0 } name ? name : VariantCatalogue.Shipped.Restricted.Name, environment("POD_NAMESPACE"), environment("POD_NAME"), environment("NODE_NAME"));
}
