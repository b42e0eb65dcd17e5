using System.Text.Json;
using Coral.Policies;
using Coral.Policies.Nodes;
using Coral.Policies.PodSecurity;
using Coral.Policies.Selection;

namespace Coral.Cli.Explain;

/// <summary>Parts of a decision in words.</summary>
internal static class Sentences
{
    internal static string Outcome(Decision decision) => decision switch
    {
        { Outcome: Policies.Outcome.Injected } => $"injected {decision.Variant}, {decision.Form!.Value.ToCode()}",
        { Variant: { } variant } => $"{decision.Outcome.ToCode()}; it would be {variant}, {decision.Form?.ToCode()}",
        _ => decision.Outcome.ToCode(),
    };

    /// <summary>Whose value of <c>coral.io/inject</c> counts: the pod's label, its annotation, then the namespace's label.</summary>
    internal static string OptIn(JsonElement pod, NamespaceFacts? scope)
    {
        var metadata = pod.Get("metadata"u8);
        if (metadata.Get("labels"u8).Text(Vocabulary.Inject) is { } label) return Says(label, "a label of the pod");
        if (metadata.Get("annotations"u8).Text(Vocabulary.Inject) is { } annotation) return Says(annotation, "an annotation of the pod");
        return scope?.Labels.GetValueOrDefault(Vocabulary.Inject) is { } inherited
            ? Says(inherited, $"a label of namespace {scope.Name}")
            : $"no: neither the pod nor the namespace has the label {Vocabulary.Inject}";
    }

    /// <summary>With the version that is evaluated, and the one that was asked for where nobody knows that one yet.</summary>
    internal static string Level(EffectiveLevel level) => $"{level.Level.ToText()} {level.Version}{Clamped(level)}, " + level.Origin switch
    {
        LevelOrigin.Label => "by label",
        LevelOrigin.Policy => "by the policy's defaultLevel",
        LevelOrigin.Configured => "by the API server's configuration",
        LevelOrigin.Probed => "learnt from the API server",
        LevelOrigin.Exempt => $"because the {Exempt(level.Exemption)} is exempt from Pod Security",
        _ => "assumed, because nothing says it",
    };

    private static string Clamped(EffectiveLevel level) => level.Asked.Version.IsLatest || level.Asked.Version == level.Version ? "" : $" ({level.Asked.Version} is newer than the API server)";

    private static string Exempt(PodSecurityExemption exemption) => exemption switch
    {
        PodSecurityExemption.Namespace => "namespace",
        PodSecurityExemption.User => "user",
        _ => "runtime class",
    };

    internal static string Floor(Floor floor)
    {
        var kubelet = floor.OldestKubelet is { } version ? $"; oldest kubelet {version}" : "";
        if (floor.FeasibleCount == 0) return $"{floor.Reason}: {Reasons.All[floor.Reason]}";
        var nodes = floor.SetBy.IsEmpty ? "" : $", set by {string.Join(", ", floor.SetBy)}";
        return $"{floor.Reason} over {floor.FeasibleCount} {(floor.FeasibleCount == 1 ? "node" : "nodes")}{nodes}{kubelet}";
    }

    internal static string Pin(Pin pin) => pin.Reason switch
    {
        PinReason.Pinned => $"{pin.Reason}: kept on nodes labelled {Vocabulary.NodeEbpf}={string.Join(" or ", pin.Labels)}, over which the floor is taken",
        PinReason.NotNeeded => $"{pin.Reason}: there are better nodes, and what the pod gets does not need them",
        PinReason.TooFewNodes => $"{pin.Reason}: there are better nodes, but fewer than the policy's pinNodes",
        PinReason.NamesItsNode => $"{pin.Reason}: the pod names its node",
        PinReason.OtherDemands => $"{pin.Reason}: there are better nodes, but the pod asks for volumes, devices, ports or neighbours that they might lack",
        _ => $"{pin.Reason}: no labelled nodes are proved to be better than all of its nodes together",
    };

    internal static string Form(Form form, Decision decision, ClusterFacts facts)
    {
        var policy = facts.Policies.FirstOrDefault(policy => policy.Name == decision.Policy);
        if (policy?.NativeSidecar == NativeSidecar.Never) return $"regular: policy {policy.Name} says nativeSidecar: never";
        var kubelet = decision.Floor?.OldestKubelet is { } oldest ? $"the oldest kubelet is {oldest}" : "no kubelet is known";
        var server = facts.ServerVersion is { } version ? $"the API server {version}" : "the API server is not known";
        return form == Policies.Form.Native
            ? $"native, an init container that keeps running: {kubelet}, {server}"
            : $"regular, one more container: {kubelet}, {server}, and native sidecars need v1.29";
    }

    internal static string Verdicts(Verdict before, Verdict? after) => (before.Allowed, after) switch
    {
        (true, null) => "admits the pod",
        (true, { Allowed: true }) => "admits the pod, with and without the sidecar",
        (true, _) => $"admits the pod; with the sidecar it refuses: {Checks(after!)}",
        (false, _) => $"refuses the pod, whether it has the sidecar or not: {Checks(before)}",
    };

    internal static string Advice(Advice advice)
    {
        if (advice.Row is not { } row) return $"nothing: {advice.Because}";
        var note = row.Note is null ? "" : $", {row.Note}";
        return $"{row.Id}, {row.Need} → {string.Join(" or ", row.Use.Select(Thing))}{note}: {advice.Because}";
    }

    private static string Thing(string use) => use == "daemonset" ? "DaemonSet" : $"sidecar {use}";

    private static string Checks(Verdict verdict) => string.Join(", ", verdict.Violations.Select(violation => violation.Check));

    private static string Says(string value, string what) => value switch
    {
        "true" => $"yes: {Vocabulary.Inject}=true is {what}",
        "false" => $"no: {Vocabulary.Inject}=false is {what}",
        _ => $"no: {Vocabulary.Inject} is {what} and neither true nor false",
    };
}
