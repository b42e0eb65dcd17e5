namespace Coral.Cluster.Tests.Real.Setup;

/// <summary>What the suite runs on, as <c>make e2e</c> says it: a cluster that the user has, or, with nothing said, a real node of the kit.</summary>
internal static class Target
{
    /// <summary>The user's cluster; null for the kit's.</summary>
    public static string? Kubeconfig => Said("CORAL_E2E_KUBECONFIG");

    /// <summary>What stands before the names of the images; null where the nodes have them by their bare names.</summary>
    public static string? Registry => Said("CORAL_E2E_REGISTRY");

    /// <summary>The images' version; null for <c>latest</c> and <c>debug</c>.</summary>
    public static string? Tag => Said("CORAL_E2E_TAG");

    /// <summary>A search server that both the pods and this machine reach by this address; null for none, and for the kit's own.</summary>
    public static string? Search => Said("CORAL_E2E_SEARCH");

    /// <summary>Why nothing can run here; null when it can.</summary>
    public static string? Missing => Kubeconfig is not null ? null : KitImages.Missing ?? (Kit.InCi ? null : Kit.Missing ?? NotRoot);

    private static string? NotRoot => Environment.UserName == "root" ? null : "the kit's real node needs root";

    /// <summary>An image as a pod names it.</summary>
    /// <param name="name">Such as <c>coral-agent</c>.</param>
    /// <param name="debug">Whether it is the one with a shell.</param>
    public static string Image(string name, bool debug = false)
    {
        var tag = (Tag, debug) switch { (null, true) => "debug", (null, false) => "latest", (var said, true) => said + "-debug", var (said, _) => said };
        return $"{(Registry is null ? "" : Registry.TrimEnd('/') + "/")}{name}:{tag}";
    }

    private static string? Said(string variable) => Environment.GetEnvironmentVariable(variable) is { Length: > 0 } said ? said : null;
}
