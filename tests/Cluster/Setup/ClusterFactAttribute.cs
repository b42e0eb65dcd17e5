namespace Coral.Cluster.Tests.Real.Setup;

/// <summary>What a test needs that not every cluster has.</summary>
[Flags]
internal enum Needs
{
    None = 0,

    /// <summary>A search server.</summary>
    Search = 1,

    /// <summary>A search server that the test may stop, or a node that it may start anew: the kit's.</summary>
    Kit = 2,
}

/// <summary>A test on a real cluster: skipped with the reason where there is none or where it lacks something, and failing there in CI.</summary>
internal sealed class ClusterFactAttribute : FactAttribute
{
    public ClusterFactAttribute(Needs needs = Needs.None) => Skip = Lacks.Of(needs);
}

/// <summary>A theory of the same.</summary>
internal sealed class ClusterTheoryAttribute : TheoryAttribute
{
    public ClusterTheoryAttribute(Needs needs = Needs.None) => Skip = Lacks.Of(needs);
}

internal static class Lacks
{
    public static string? Of(Needs needs) => Target.Missing
        ?? (Target.Kubeconfig is null ? null
            : needs.HasFlag(Needs.Kit) ? "it stops and starts parts that only the kit's cluster has"
            : needs.HasFlag(Needs.Search) && Target.Search is null ? "SEARCH= names no search server that the cluster's pods reach" : null);
}
