using Coral.Kubernetes;
using Coral.NodeAgent.Collectors.Workloads;
using Microsoft.Extensions.Logging;

namespace Coral.NodeAgent.Following;

/// <summary>Follows the pods of one node and shows them to the watch and, where there is one, to the collectors' directory. An account without the right to list pods is logged, and asked again with growing pauses.</summary>
internal sealed class PodFollower
{
    private readonly Informer informer;

    internal PodFollower(IKubernetesClient client, string node, MismatchWatch watch, WorkloadDirectory? workloads, TimeProvider time, ILogger logger)
    {
        var trim = new PodTrim(withNames: workloads is not null);
        informer = new Informer(client, ApiResource.Pods, new InformerOptions { FieldSelector = $"spec.nodeName={node}", Trim = trim.Trim }, time, logger);
        informer.Changed += changed =>
        {
            workloads?.Update(changed.Items.Values);
            watch.Pods(changed.Items.Values);
        };
    }

    /// <summary>Until it is cancelled, which ends it without an exception.</summary>
    internal Task RunAsync(CancellationToken cancellation) => informer.RunAsync(cancellation);
}
