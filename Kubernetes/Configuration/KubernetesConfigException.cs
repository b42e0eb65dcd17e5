namespace Coral.Kubernetes;

/// <summary>The configuration cannot be used. The message has one line a mistake, each with the file and what to do.</summary>
public sealed class KubernetesConfigException(IReadOnlyList<string> mistakes) : Exception(string.Join(Environment.NewLine, mistakes))
{
    /// <summary>All mistakes that were found.</summary>
    public IReadOnlyList<string> Mistakes { get; } = mistakes;
}
