using System.Text;

namespace Coral.Kubernetes;

/// <summary>A kind of object as the API server's URLs name it. Immutable.</summary>
/// <param name="Group">API group; empty for the core group.</param>
/// <param name="Version">API version, such as <c>v1</c>.</param>
/// <param name="Plural">Lower-case plural name, such as <c>pods</c>.</param>
/// <param name="Namespaced">Whether objects of this kind live in a namespace.</param>
public sealed record ApiResource(string Group, string Version, string Plural, bool Namespaced)
{
    /// <summary>The part of a single object that is meant, such as <c>status</c>; null for the whole.</summary>
    public string? Subresource { get; init; }

    /// <summary>Core <c>namespaces</c>.</summary>
    public static ApiResource Namespaces { get; } = new("", "v1", "namespaces", Namespaced: false);

    /// <summary>Core <c>nodes</c>.</summary>
    public static ApiResource Nodes { get; } = new("", "v1", "nodes", Namespaced: false);

    /// <summary>Core <c>pods</c>.</summary>
    public static ApiResource Pods { get; } = new("", "v1", "pods", Namespaced: true);

    /// <summary>Core <c>limitranges</c>.</summary>
    public static ApiResource LimitRanges { get; } = new("", "v1", "limitranges", Namespaced: true);

    /// <summary>Core <c>resourcequotas</c>.</summary>
    public static ApiResource ResourceQuotas { get; } = new("", "v1", "resourcequotas", Namespaced: true);

    /// <summary>Core <c>secrets</c>.</summary>
    public static ApiResource Secrets { get; } = new("", "v1", "secrets", Namespaced: true);

    /// <summary>Core <c>serviceaccounts</c>.</summary>
    public static ApiResource ServiceAccounts { get; } = new("", "v1", "serviceaccounts", Namespaced: true);

    /// <summary>Core <c>services</c>.</summary>
    public static ApiResource Services { get; } = new("", "v1", "services", Namespaced: true);

    /// <summary><c>runtimeclasses.node.k8s.io</c>.</summary>
    public static ApiResource RuntimeClasses { get; } = new("node.k8s.io", "v1", "runtimeclasses", Namespaced: false);

    /// <summary><c>leases.coordination.k8s.io</c>.</summary>
    public static ApiResource Leases { get; } = new("coordination.k8s.io", "v1", "leases", Namespaced: true);

    /// <summary><c>deployments.apps</c>.</summary>
    public static ApiResource Deployments { get; } = new("apps", "v1", "deployments", Namespaced: true);

    /// <summary><c>mutatingwebhookconfigurations.admissionregistration.k8s.io</c>.</summary>
    public static ApiResource MutatingWebhookConfigurations { get; } =
        new("admissionregistration.k8s.io", "v1", "mutatingwebhookconfigurations", Namespaced: false);

    /// <summary><c>validatingwebhookconfigurations.admissionregistration.k8s.io</c>.</summary>
    public static ApiResource ValidatingWebhookConfigurations { get; } =
        new("admissionregistration.k8s.io", "v1", "validatingwebhookconfigurations", Namespaced: false);

    /// <summary><c>customresourcedefinitions.apiextensions.k8s.io</c>.</summary>
    public static ApiResource CustomResourceDefinitions { get; } =
        new("apiextensions.k8s.io", "v1", "customresourcedefinitions", Namespaced: false);

    /// <summary>Our own <c>injectionpolicies.coral.io</c>.</summary>
    public static ApiResource InjectionPolicies { get; } = new("coral.io", "v1alpha1", "injectionpolicies", Namespaced: false);

    /// <summary>Our own <c>nodecapabilities.coral.io</c>.</summary>
    public static ApiResource NodeCapabilities { get; } = new("coral.io", "v1alpha1", "nodecapabilities", Namespaced: false);

    /// <summary>The name that <c>kubectl</c> knows, such as <c>deployments.apps</c>.</summary>
    public override string ToString() => Group.Length == 0 ? Plural : $"{Plural}.{Group}";

    /// <summary>The URL below the server's, without a leading slash. Without a namespace, a namespaced kind is addressed across all namespaces.</summary>
    internal string PathOf(string? ns, string? name)
    {
        if (!Namespaced && ns is not null) throw new ArgumentException($"{this} live in no namespace, but '{ns}' was given", nameof(ns));
        if (Namespaced && ns is null && name is not null)
            throw new ArgumentException($"{this} live in a namespace, but none was given for '{name}'", nameof(ns));
        var path = new StringBuilder(Group.Length == 0 ? "api/" : $"apis/{Group}/").Append(Version);
        if (ns is not null) path.Append("/namespaces/").Append(Uri.EscapeDataString(ns));
        path.Append('/').Append(Plural);
        if (name is not null) path.Append('/').Append(Uri.EscapeDataString(name));
        if (name is not null && Subresource is not null) path.Append('/').Append(Subresource);
        return path.ToString();
    }
}
