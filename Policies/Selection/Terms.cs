using Coral.Policies.Injection;
using Coral.Policies.Nodes;

namespace Coral.Policies.Selection;

/// <summary>Fact: a pod that opted in, and what its policy, its namespace and it itself ask for. Lives for one decision; not thread safe.</summary>
/// <param name="pod">The pod.</param>
/// <param name="policy">The first policy that matches, or null.</param>
internal sealed class Terms(Applicant pod, InjectionPolicy? policy)
{
    private WarningList warnings;
    private Settings? settings;
    private PinOffer? pins;

    internal Applicant Pod => pod;

    internal InjectionPolicy? Policy => policy;

    internal bool HasPolicy => policy is not null;

    /// <summary>Whether the source's own table decides (row C-1).</summary>
    internal bool IsDocumented => policy?.Privileges == Privileges.Documented;

    internal Present Sidecar { get; } = IntactSidecar.Look(pod.Request.Pod, pod.Catalogue, policy);

    internal bool IsBare => Sidecar == Present.None;

    internal Strategy Strategy => policy?.Strategy ?? Strategy.Common;

    /// <summary>What the annotations and the policy ask for; read when first asked.</summary>
    internal Settings Settings => settings ??= Settings.Read(pod.Request.Pod, pod.Scope, policy, pod.Catalogue, ref warnings);

    /// <summary>What is odd about the settings, for the pod's author.</summary>
    internal WarningList Warnings => warnings;

    internal bool HasNamespaceMode => Settings.NamespaceMode is not null;

    internal bool HasPodMode => Settings.PodMode is not null;

    /// <summary>Why the kernel facts of nodes do not reach the pod, or null.</summary>
    internal string? OwnKernel { get; } = RuntimeKernel.Check(pod.Spec, pod.Facts);

    /// <summary>Whether the pod is meant to end by itself, which beside a regular container it never does (row C-10).</summary>
    internal bool MustComplete => FormSelection.MustComplete(pod.Request.Pod);

    /// <summary>Where the pod may be pinned to; null where the strategy is another. Asked of the nodes once.</summary>
    internal PinOffer? Pins => Strategy == Strategy.Pin ? pins ??= Offer() : null;

    /// <summary>Whether some nodes to which the pod may be pinned take a native sidecar.</summary>
    internal bool PinsTakeNative => Pins?.Targets.Any(target => TakesNative(target.Floor)) == true;

    internal Floor Floor() => pod.Facts.Nodes.FloorFor(pod.Spec, DecisionEngine.Extra(pod.Spec, pod.Facts), Strategy);

    internal bool TakesNative(Floor floor) => FormSelection.Choose(floor, pod.Facts.ServerVersion, policy?.NativeSidecar ?? NativeSidecar.Auto) == Form.Native;

    /// <summary>A DaemonSet's template names no node yet, and each of its pods will.</summary>
    private PinOffer Offer() => PolicySubject.OwnerKind(pod.Request.Pod.Get("metadata"u8)) == "DaemonSet"
        ? new PinOffer(PinReason.NamesItsNode, [])
        : pod.Facts.Nodes.PinFor(pod.Spec, DecisionEngine.Extra(pod.Spec, pod.Facts), policy!.PinNodes);

    public override string ToString() => policy is null ? "no policy" : $"policy {policy.Name}";
}
