using System.Collections.Immutable;
using System.Text.Json;

namespace Coral.Policies.Selection;

/// <summary>What happens when a mode asks for more than is allowed.</summary>
public enum OnMismatch
{
    /// <summary>The best variant that is allowed, with a warning.</summary>
    Downgrade,

    /// <summary>No sidecar, with a warning.</summary>
    Skip,

    /// <summary>The pod is refused.</summary>
    Deny,
}

/// <summary>How far a decision is carried out, from the most cautious on.</summary>
public enum Rollout
{
    /// <summary>Decided and audited; the pod stays as it is.</summary>
    Observe,

    /// <summary>Only <c>coral.io/status</c> is written.</summary>
    Annotate,

    /// <summary>The sidecar is added.</summary>
    Inject,
}

/// <summary>How the floor is taken over the nodes where a pod may land.</summary>
public enum Strategy
{
    /// <summary>The weakest of all feasible nodes.</summary>
    Common,

    /// <summary>As <see cref="Common"/>, but only for pods that name their node; any other pod counts as having no report.</summary>
    Exact,

    /// <summary>As <see cref="Common"/>; where that proves too little for a variant, the pod is kept on those of its nodes that prove enough.</summary>
    Pin,
}

/// <summary>Which table of privileges selects.</summary>
public enum Privileges
{
    /// <summary>What the Pod Security Standards really admit (design §5).</summary>
    Least,

    /// <summary>The source documents' own table (row C-1), for clusters that don't enforce.</summary>
    Documented,
}

/// <summary>Whether the sidecar is an init container that keeps running.</summary>
public enum NativeSidecar
{
    /// <summary>By the oldest kubelet and the API server (row C-9).</summary>
    Auto,

    /// <summary>Also on Kubernetes 1.28, where the feature gate is off by default.</summary>
    Always,

    /// <summary>A regular container.</summary>
    Never,
}

/// <summary>How hard a decision must be recorded.</summary>
public enum AuditLevel
{
    /// <summary>The answer never depends on the audit.</summary>
    Normal,

    /// <summary>A decision that cannot be recorded is answered with 503.</summary>
    Required,
}

/// <summary>One <c>InjectionPolicy</c> object (docs/reference/policy.md), read and checked. Immutable.</summary>
public sealed record InjectionPolicy
{
    /// <summary><c>metadata.name</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Larger wins; equal ones in the order of their names.</summary>
    public int Priority { get; init; }

    /// <summary>Which pods it is for. An empty match is for all.</summary>
    public PolicyMatch Match { get; init; } = PolicyMatch.All;

    /// <summary>Modes that may be chosen; empty means all.</summary>
    public ImmutableArray<string> AllowedModes { get; init; } = [];

    /// <summary>Modes that may be asked for although they are above the computed one.</summary>
    public ImmutableArray<string> RaiseModes { get; init; } = [];

    /// <summary><c>spec.privileges</c>.</summary>
    public Privileges Privileges { get; init; }

    /// <summary><c>spec.onMismatch</c>, or null when it says nothing.</summary>
    public OnMismatch? OnMismatch { get; init; }

    /// <summary><c>spec.rollout</c>, or null when it says nothing.</summary>
    public Rollout? Rollout { get; init; }

    /// <summary><c>spec.strategy</c>.</summary>
    public Strategy Strategy { get; init; }

    /// <summary><c>spec.pinNodes</c>: on fewer nodes strategy pin pins no pod. At least 1.</summary>
    public int PinNodes { get; init; } = Nodes.Pin.FewestNodes;

    /// <summary><c>spec.nativeSidecar</c>.</summary>
    public NativeSidecar NativeSidecar { get; init; }

    /// <summary><c>spec.shareProcessNamespace</c>: the documented shared PID namespace (rows K-6, K-11).</summary>
    public bool ShareProcessNamespace { get; init; }

    /// <summary><c>spec.audit</c>.</summary>
    public AuditLevel Audit { get; init; }

    /// <summary><c>spec.defaultLevel</c>: the Pod Security level of namespaces whose labels are silent, or null.</summary>
    public PodSecurity.Level? DefaultLevel { get; init; }

    /// <summary><c>spec.excludedNamespaces</c>, on top of the built-in ones. They hold whether or not the policy matches.</summary>
    public ImmutableArray<string> ExcludedNamespaces { get; init; } = [];

    /// <summary><c>spec.variants</c>: changes to the catalogue's containers, by variant name.</summary>
    public ImmutableDictionary<string, VariantOverride> Variants { get; init; } = ImmutableDictionary<string, VariantOverride>.Empty;
}

/// <summary>What a policy may change of a variant: members of the container, never its security context. Undefined members stay as they are.</summary>
public sealed record VariantOverride
{
    /// <summary>Image reference, digest-pinnable.</summary>
    public string? Image { get; init; }

    /// <summary><c>Always</c>, <c>IfNotPresent</c> or <c>Never</c>.</summary>
    public string? ImagePullPolicy { get; init; }

    /// <summary>Names of Secrets in the pod's namespace, appended to the pod's own.</summary>
    public ImmutableArray<string> ImagePullSecrets { get; init; } = [];

    /// <summary>Replaces the container's <c>resources</c>: an object with requests and limits.</summary>
    public JsonElement Resources { get; init; }

    /// <summary>An array of EnvVar: an entry replaces the one of its name, or is appended.</summary>
    public JsonElement Env { get; init; }

    /// <summary>Replaces the container's <c>args</c>: an array of strings.</summary>
    public JsonElement Args { get; init; }

    /// <summary>Replaces the container's <c>ports</c>: an array of ContainerPort.</summary>
    public JsonElement Ports { get; init; }
}

/// <summary>Which pods a policy is for: every part that says something must hold.</summary>
public sealed record PolicyMatch
{
    /// <summary>Matches every pod.</summary>
    public static readonly PolicyMatch All = new();

    /// <summary>By name or by label.</summary>
    public NamespaceMatch? Namespaces { get; init; }

    /// <summary>By the pod's labels.</summary>
    public LabelSelector? Pods { get; init; }

    /// <summary>By the kind of the controlling owner (<c>ReplicaSet</c>, <c>Job</c>, …); <c>None</c> is a pod without one. Empty: any.</summary>
    public ImmutableArray<string> Owners { get; init; } = [];

    /// <summary>By <c>spec.serviceAccountName</c> (silent: <c>default</c>). Empty: any.</summary>
    public ImmutableArray<string> ServiceAccounts { get; init; } = [];

    /// <summary>By the image of any container; <c>*</c> stands for any run of characters. Empty: any.</summary>
    public ImmutableArray<string> Images { get; init; } = [];

    /// <summary>Pairs that the pod's own <c>nodeSelector</c> must hold. Empty: any.</summary>
    public ImmutableDictionary<string, string> NodeSelector { get; init; } = ImmutableDictionary<string, string>.Empty;
}

/// <summary>Namespaces by name, by label, or by both.</summary>
public sealed record NamespaceMatch(ImmutableArray<string> Names, LabelSelector? Selector);

/// <summary>A Kubernetes label selector: <c>matchLabels</c> stand here as <c>In</c> requirements. No requirement matches everything.</summary>
public sealed record LabelSelector(ImmutableArray<LabelRequirement> Requirements);

/// <summary>One requirement on a label.</summary>
public sealed record LabelRequirement(string Key, LabelOperator Operator, ImmutableArray<string> Values);

/// <summary>The operators of label selectors and of node affinity (Gt and Lt belong to the latter only).</summary>
public enum LabelOperator
{
    /// <summary>The value is one of these.</summary>
    In,

    /// <summary>The label is absent, or its value is none of these.</summary>
    NotIn,

    /// <summary>The label is there.</summary>
    Exists,

    /// <summary>The label is absent.</summary>
    DoesNotExist,

    /// <summary>The value is an integer larger than this one.</summary>
    Gt,

    /// <summary>The value is an integer smaller than this one.</summary>
    Lt,
}
