namespace Coral.Policies;

/// <summary>The names that Coral reads from and writes to Kubernetes objects (docs/reference/labels.md).</summary>
public static class Vocabulary
{
    /// <summary>Label on a namespace or pod that opts in or out: <c>true</c> or <c>false</c>, nothing else.</summary>
    public const string Inject = "coral.io/inject";

    /// <summary>Annotation on a namespace or pod that asks for a variant by name, or for <c>auto</c>.</summary>
    public const string Mode = "coral.io/mode";

    /// <summary>Annotation on a namespace: what happens when the mode asks for more than is allowed.</summary>
    public const string OnMismatch = "coral.io/on-mismatch";

    /// <summary>Annotation on a namespace: <c>observe</c>, <c>annotate</c> or <c>inject</c>.</summary>
    public const string Rollout = "coral.io/rollout";

    /// <summary>Label on a namespace: <c>true</c> has opted-in pods without an intact sidecar refused.</summary>
    public const string Required = "coral.io/required";

    /// <summary>Annotation on a pod: <c>true</c> asks for one PID namespace for all its containers.</summary>
    public const string SharePid = "coral.io/share-pid";

    /// <summary>Annotation that we write on an injected pod. It is never trusted: anybody may write it.</summary>
    public const string Injected = "coral.io/injected";

    /// <summary>Annotation that we write: one JSON object with the decision. Information only, never trusted.</summary>
    public const string Status = "coral.io/status";

    /// <summary>Node label, written by the node agent.</summary>
    public const string NodeEbpf = "coral.io/ebpf";

    /// <summary>The container that we add.</summary>
    public const string ContainerName = "coral-agent";

    /// <summary>The namespace of Coral's own processes.</summary>
    public const string SystemNamespace = "coral-system";

    /// <summary>The group and version of Coral's own kinds.</summary>
    public const string ApiVersion = "coral.io/v1alpha1";

    internal const string MirrorPod = "kubernetes.io/config.mirror";
    internal const string SafeToEvictVolumes = "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes";
    internal const string PodSecurityPrefix = "pod-security.kubernetes.io/";
}
