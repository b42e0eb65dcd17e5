using Coral.Kubernetes;
using Microsoft.Extensions.Logging;

namespace Coral.NodeAgent.Following;

/// <summary>Follows the pods of one node and shows them to the watch. An account without the right to list pods is logged, and asked again with growing pauses.</summary>
internal sealed class PodFollower
{
    private readonly Informer informer;

    internal PodFollower(IKubernetesClient client, string node, MismatchWatch watch, TimeProvider time, ILogger logger)
    {
        informer = new Informer(client, ApiResource.Pods, new InformerOptions { FieldSelector = $"spec.nodeName={node}", Trim = PodTrim.Trim }, time, logger);
        informer.Changed += changed => watch.Pods(changed.Items.Values);
    }

    /// <summary>Until it is cancelled, which ends it without an exception.</summary>
    internal Task RunAsync(CancellationToken cancellation) => informer.RunAsync(cancellation);
}
