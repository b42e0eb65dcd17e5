using System.Text.Json;
using Coral.Policies.Variants;

namespace Coral.Policies.Selection;

/// <summary>
/// What annotations and the policy ask for, after invalid values were warned about. Of rollout the more cautious of the two counts, so that a tenant
/// can hold injection back but not push it past the operator; an invalid value is the most cautious one.
/// </summary>
internal readonly record struct Settings(Variant? NamespaceMode, Variant? PodMode, bool InvalidMode, OnMismatch OnMismatch, Rollout Rollout, bool SharePid)
{
    internal const string Auto = "auto";

    /// <summary>How many places ask for a mode.</summary>
    internal int Modes => (NamespaceMode is null ? 0 : 1) + (PodMode is null ? 0 : 1);

    /// <summary>The name of the mode that counts: the pod's, else the namespace's, else <c>auto</c>.</summary>
    internal string ModeName => PodMode?.Name ?? NamespaceMode?.Name ?? Auto;

    internal static Settings Read(JsonElement pod, NamespaceFacts scope, InjectionPolicy? policy, VariantCatalogue catalogue, ref WarningList warnings)
    {
        var annotations = pod.Get("metadata"u8).Get("annotations"u8);
        var invalid = false;
        var fromNamespace = Mode(scope.Annotations.GetValueOrDefault(Vocabulary.Mode), $"namespace {scope.Name}'s", catalogue, ref invalid, ref warnings);
        var fromPod = Mode(annotations.Text("coral.io/mode"u8), "the pod's", catalogue, ref invalid, ref warnings);

        return new Settings(
            fromNamespace,
            fromPod,
            invalid,
            Mismatch(scope, policy, ref warnings),
            Cautious(scope, policy, ref warnings),
            Share(annotations, policy, ref warnings));
    }

    private static Variant? Mode(string? value, string whose, VariantCatalogue catalogue, ref bool invalid, ref WarningList warnings)
    {
        if (value is null or Auto) return null;
        if (catalogue.Find(value) is { } variant) return variant;
        invalid = true;
        warnings.Add($"{whose} {Vocabulary.Mode} is \"{Clip(value)}\"; it must be auto, restricted, ebpf-minimal, ebpf-full or ebpf-privileged; restricted is used");
        return catalogue.Restricted;
    }

    private static OnMismatch Mismatch(NamespaceFacts scope, InjectionPolicy? policy, ref WarningList warnings)
    {
        switch (scope.Annotations.GetValueOrDefault(Vocabulary.OnMismatch))
        {
            case null: break;
            case "downgrade": return OnMismatch.Downgrade;
            case "skip": return OnMismatch.Skip;
            case "deny": return OnMismatch.Deny;
            case var other:
                warnings.Add($"namespace {scope.Name}'s {Vocabulary.OnMismatch} is \"{Clip(other)}\"; it must be downgrade, skip or deny");
                break;
        }

        return policy?.OnMismatch ?? OnMismatch.Downgrade;
    }

    private static Rollout Cautious(NamespaceFacts scope, InjectionPolicy? policy, ref WarningList warnings)
    {
        var own = Rollout.Inject;
        switch (scope.Annotations.GetValueOrDefault(Vocabulary.Rollout))
        {
            case null or "inject": break;
            case "annotate": own = Rollout.Annotate; break;
            case "observe": own = Rollout.Observe; break;
            case var other:
                own = Rollout.Observe;
                warnings.Add($"namespace {scope.Name}'s {Vocabulary.Rollout} is \"{Clip(other)}\"; it must be observe, annotate or inject; observe is used");
                break;
        }

        var operators = policy?.Rollout ?? Rollout.Inject;
        return own < operators ? own : operators;
    }

    private static bool Share(JsonElement annotations, InjectionPolicy? policy, ref WarningList warnings)
    {
        switch (annotations.Text("coral.io/share-pid"u8))
        {
            case null: break;
            case "true": return true;
            case "false": return false;
            case var other:
                warnings.Add($"the pod's {Vocabulary.SharePid} is \"{Clip(other)}\"; it must be \"true\" or \"false\"");
                return false;
        }

        return policy?.ShareProcessNamespace ?? false;
    }

    /// <summary>Values come from tenants: a warning carries no more of them than a person needs.</summary>
    internal static string Clip(string value) => value.Length <= 40 ? value : value[..40] + "…";
}
