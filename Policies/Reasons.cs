using System.Collections.Frozen;

namespace Coral.Policies;

/// <summary>Every reason code of a decision, with the sentence that people read. The codes are stable: they stand in metrics, audit documents and annotations.</summary>
public static class Reasons
{
    // Guards: the pod is none of our business.
    public const string NotPodCreate = "not-a-pod-create";
    public const string MirrorPod = "mirror-pod";
    public const string Windows = "windows";
    public const string HostNetwork = "host-network";
    public const string HostPid = "host-pid";
    public const string HostIpc = "host-ipc";
    public const string ExcludedNamespace = "excluded-namespace";

    // Opt-in.
    public const string NotOptedIn = "not-opted-in";
    public const string OptedOut = "opted-out";
    public const string InvalidInjectValue = "invalid-inject-value";
    public const string AlreadyInjected = "already-injected";

    // The pod cannot take the sidecar.
    public const string ContainerNameTaken = "container-name-taken";
    public const string VolumeNameTaken = "volume-name-taken";
    public const string PortTaken = "port-taken";
    public const string JobNeedsNative = "job-needs-native-sidecar";
    public const string AnnotationsTooLarge = "annotations-too-large";
    public const string LimitRange = "limit-range";
    public const string ResourceQuota = "resource-quota";
    public const string PodResources = "pod-resources";
    public const string SecretNotMountable = "secret-not-mountable";
    public const string OpenShift = "openshift-scc";
    public const string PodSecurity = "pod-security";
    public const string NoVariantAllowed = "no-variant-allowed";

    // Mode and rollout.
    public const string ModeNotGranted = "mode-not-granted";
    public const string ModeNotProved = "mode-not-proved";
    public const string ModeNotAdmitted = "mode-not-admitted";
    public const string ModeExcluded = "mode-excluded-by-policy";
    public const string RolloutObserve = "rollout-observe";
    public const string RolloutAnnotate = "rollout-annotate";

    // Why a variant was injected.
    public const string LevelBaseline = "level-baseline";
    public const string LevelRestricted = "level-restricted";
    public const string ProvedMinimal = "proved-minimal";
    public const string ProvedFull = "proved-full";
    public const string ProvedPrivilegedOnly = "proved-privileged-only";
    public const string NothingProved = "nothing-proved";
    public const string NoReport = "no-report";
    public const string StaleReport = "stale-report";
    public const string NoNodes = "no-nodes";
    public const string NoFeasibleNode = "no-feasible-node";
    public const string ServerlessNode = "serverless-node";
    public const string SandboxedRuntime = "sandboxed-runtime";
    public const string UserNamespace = "user-namespace";
    public const string ModeRequested = "mode-requested";
    public const string ModeGranted = "mode-granted";
    public const string InvalidMode = "invalid-mode";
    public const string StepDown = "step-down";
    public const string DocumentedTable = "documented-table";

    // Why a variant that fits was not taken.
    public const string NotNeeded = "not-needed";

    // The validating calls.
    public const string Validated = "validated";
    public const string SidecarRequired = "sidecar-required";

    // Failures: the pod is admitted as it came.
    public const string NamespaceUnknown = "namespace-unknown";
    public const string FactsNotReady = "facts-not-ready";
    public const string InternalError = "internal-error";
    public const string AuditUnavailable = "audit-unavailable";

    /// <summary>Each code with one sentence.</summary>
    public static readonly FrozenDictionary<string, string> All = new Dictionary<string, string>
    {
        [NotPodCreate] = "only the creation of a pod is decided",
        [MirrorPod] = "a static pod is owned by its node and must not differ from its file",
        [Windows] = "the pod is for Windows nodes, where the sidecar does not run",
        [HostNetwork] = "the pod uses the node's network, where the sidecar's ports would collide with the node agent's",
        [HostPid] = "the pod uses the node's process table, which cannot be shared with a sidecar",
        [HostIpc] = "the pod uses the node's IPC namespace",
        [ExcludedNamespace] = "the namespace is excluded from injection",
        [NotOptedIn] = "neither the namespace nor the pod opted in with the label coral.io/inject=true",
        [OptedOut] = "the label coral.io/inject=false opts out",
        [InvalidInjectValue] = "coral.io/inject must be true or false",
        [AlreadyInjected] = "the pod has an intact sidecar already",
        [ContainerNameTaken] = "the pod has a container named coral-agent that is not ours",
        [VolumeNameTaken] = "the pod has a volume with the name of one of ours",
        [PortTaken] = "a container of the pod uses a port of the sidecar",
        [JobNeedsNative] = "a pod that must complete needs a native sidecar, which its nodes or the API server do not support",
        [AnnotationsTooLarge] = "the pod's annotations leave no room for ours (256 KiB in all)",
        [LimitRange] = "a LimitRange of the namespace would refuse the pod with the sidecar",
        [ResourceQuota] = "a ResourceQuota of the namespace has no room for the sidecar",
        [PodResources] = "the pod-level resources have no room for the sidecar",
        [SecretNotMountable] = "the pod's ServiceAccount allows only the Secrets that it lists, and the sidecar's is not among them",
        [OpenShift] = "OpenShift's security context constraints may refuse the variant's capabilities and no policy grants it",
        [PodSecurity] = "the sidecar would change the pod's Pod Security verdict",
        [NoVariantAllowed] = "no variant that the policy allows can be injected",
        [ModeNotGranted] = "the mode asks for more privilege than the computed variant and no policy grants it",
        [ModeNotProved] = "the nodes where the pod may land did not prove what the mode needs",
        [ModeNotAdmitted] = "the namespace's Pod Security level does not admit the mode",
        [ModeExcluded] = "the policy does not allow the mode",
        [RolloutObserve] = "the rollout is at observe: decided and audited, nothing changed",
        [RolloutAnnotate] = "the rollout is at annotate: only the status is written",
        [LevelBaseline] = "the namespace enforces baseline",
        [LevelRestricted] = "the namespace enforces restricted",
        [ProvedMinimal] = "every node where the pod may land proved eBPF with the capabilities of ebpf-minimal",
        [ProvedFull] = "every node where the pod may land proved eBPF with the capabilities of ebpf-full",
        [ProvedPrivilegedOnly] = "eBPF was proved in a fully privileged process only",
        [NothingProved] = "a node where the pod may land proved no eBPF",
        [NoReport] = "a node where the pod may land has no capability report",
        [StaleReport] = "the capability report of a node where the pod may land has expired",
        [NoNodes] = "no node is known",
        [NoFeasibleNode] = "no known node can take the pod",
        [ServerlessNode] = "the pod may land on a virtual or serverless node",
        [SandboxedRuntime] = "the pod's runtime class has a kernel of its own",
        [UserNamespace] = "the pod has a user namespace of its own, where capabilities do not reach the kernel",
        [ModeRequested] = "the mode asks for this variant",
        [ModeGranted] = "the mode asks for this variant and a policy grants it",
        [InvalidMode] = "coral.io/mode has an unknown value, so the least privileged variant is used",
        [StepDown] = "a stronger variant did not fit the pod or its namespace",
        [DocumentedTable] = "the policy selects by the documented table of privileges",
        [NotNeeded] = "it fits, and is not what is needed here",
        [Validated] = "nothing to object to",
        [SidecarRequired] = "the namespace requires an intact sidecar (coral.io/required=true)",
        [NamespaceUnknown] = "the namespace is not known yet",
        [FactsNotReady] = "the cluster's objects are not read yet",
        [InternalError] = "an error of our own; the log has it",
        [AuditUnavailable] = "a policy requires the audit and it cannot accept",
    }.ToFrozenDictionary();
}
