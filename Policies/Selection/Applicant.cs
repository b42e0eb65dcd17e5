using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using Coral.Policies.Injection;
using Coral.Policies.Variants;

namespace Coral.Policies.Selection;

/// <summary>What <c>coral.io/inject</c> says in one place.</summary>
internal enum Wish
{
    Absent,
    In,
    Out,
    Invalid,
}

/// <summary>Fact: a request, as guards and opt-in see it (design §3, steps 1 and 2). Lives for one decision; not thread safe.</summary>
internal sealed class Applicant
{
    /// <summary>Namespaces in which nothing is injected, on top of what policies exclude (injectors.md C6).</summary>
    internal static readonly FrozenSet<string> SystemNamespaces =
        new[] { "kube-system", "kube-public", "kube-node-lease", Vocabulary.SystemNamespace }.ToFrozenSet(StringComparer.Ordinal);

    private WarningList warnings;

    internal Applicant(PodRequest request, ClusterFacts facts, VariantCatalogue catalogue, SidecarFactory sidecars)
    {
        (Request, Facts, Catalogue, Sidecars) = (request, facts, catalogue, sidecars);
        IsPodCreate = request.Operation == "CREATE" && request.Resource == "pods" && request.SubResource.Length == 0 && request.Pod.ValueKind == JsonValueKind.Object;
        IsKnown = facts.Namespaces.TryGetValue(request.Namespace, out var scope);
        Scope = scope ?? new NamespaceFacts(request.Namespace, ImmutableDictionary<string, string>.Empty, ImmutableDictionary<string, string>.Empty);
        Spec = request.Pod.Get("spec"u8);
        ReadWishes(request.Pod.Get("metadata"u8));
    }

    internal PodRequest Request { get; }

    internal ClusterFacts Facts { get; }

    internal VariantCatalogue Catalogue { get; }

    internal SidecarFactory Sidecars { get; }

    /// <summary>The namespace; one without labels and annotations where it is not known.</summary>
    internal NamespaceFacts Scope { get; }

    internal JsonElement Spec { get; }

    internal bool IsPodCreate { get; }

    internal bool IsKnown { get; }

    internal Wish Own { get; private set; }

    internal Wish Inherited { get; private set; }

    /// <summary>What is odd about the wishes, for the pod's author.</summary>
    internal WarningList Warnings => warnings;

    internal bool IsOptedIn => Own == Wish.In || (Own == Wish.Absent && Inherited == Wish.In);

    internal bool IsMirror => WindowsAndMirrors.IsMirror(Request.Pod);

    internal bool IsExcluded => SystemNamespaces.Contains(Request.Namespace) || Facts.PolicyIndex.Excludes(Request.Namespace);

    internal bool IsWindows => WindowsAndMirrors.IsWindows(Spec, Facts);

    internal bool HostNetwork => Spec.IsTrue("hostNetwork"u8);

    internal bool HostPid => Spec.IsTrue("hostPID"u8);

    internal bool HostIpc => Spec.IsTrue("hostIPC"u8);

    public override string ToString() => $"the pod of request {Request.DecisionId}";

    /// <summary>
    /// A pod annotation of the name stands in for a missing pod label; unless it says <c>false</c> it is warned about, because the API server
    /// selects by labels and a pod in an unlabelled namespace with the annotation alone never reaches the webhook.
    /// </summary>
    private void ReadWishes(JsonElement metadata)
    {
        var label = metadata.Get("labels"u8).Text("coral.io/inject"u8);
        var annotation = metadata.Get("annotations"u8).Text("coral.io/inject"u8);
        var inherited = Scope.Labels.GetValueOrDefault(Vocabulary.Inject);
        if (label is null && annotation is not (null or "false"))
            warnings.Add($"{Vocabulary.Inject} is an annotation of the pod; make it a label, by which the API server selects");
        if (label is not null && annotation is not null && annotation != label)
            warnings.Add($"{Vocabulary.Inject} is both a label and an annotation of the pod and they differ; the label counts");

        Own = Read("the pod's", label ?? annotation, counts: true);
        Inherited = Read($"namespace {Scope.Name}'s", inherited, counts: Own != Wish.Invalid);
    }

    private Wish Read(string whose, string? value, bool counts)
    {
        switch (value)
        {
            case null: return Wish.Absent;
            case "true": return Wish.In;
            case "false": return Wish.Out;
        }

        if (counts) warnings.Add($"{whose} {Vocabulary.Inject} is \"{Settings.Clip(value)}\"; it must be \"true\" or \"false\"");
        return Wish.Invalid;
    }
}
