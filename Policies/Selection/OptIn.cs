using System.Text.Json;

namespace Coral.Policies.Selection;

/// <summary>
/// Step 2: who opted in. The pod's value wins over the namespace's; only <c>true</c> and <c>false</c> are values.
/// <code>
///                    pod: true          false        absent             invalid
/// namespace true      in                opted-out    in                 skip, warn
/// namespace false     in                opted-out    opted-out          skip, warn
/// namespace absent    in                opted-out    not-opted-in       skip, warn
/// namespace invalid   in, warn          opted-out, warn  skip, warn     skip, warn
/// </code>
/// A pod annotation of the name stands in for a missing pod label; unless it says <c>false</c> it is warned about, because the API server
/// selects by labels and a pod in an unlabelled namespace with the annotation alone never reaches the webhook.
/// </summary>
internal static class OptIn
{
    /// <summary>The reason against, or null for a pod that opted in.</summary>
    internal static string? Check(JsonElement pod, NamespaceFacts scope, ref WarningList warnings)
    {
        var metadata = pod.Get("metadata"u8);
        var label = metadata.Get("labels"u8).Text("coral.io/inject"u8);
        var annotation = metadata.Get("annotations"u8).Text("coral.io/inject"u8);
        var inherited = scope.Labels.GetValueOrDefault(Vocabulary.Inject);

        if (label is null && annotation is not (null or "false"))
            warnings.Add($"{Vocabulary.Inject} is an annotation of the pod; make it a label, by which the API server selects");
        if (label is not null && annotation is not null && annotation != label)
            warnings.Add($"{Vocabulary.Inject} is both a label and an annotation of the pod and they differ; the label counts");

        var own = label ?? annotation;
        if (own is not null)
        {
            if (own is not ("true" or "false")) return Invalid("the pod's", own, ref warnings);
            if (inherited is not (null or "true" or "false")) Invalid($"namespace {scope.Name}'s", inherited, ref warnings);
            return own == "true" ? null : Reasons.OptedOut;
        }

        return inherited switch
        {
            null => Reasons.NotOptedIn,
            "true" => null,
            "false" => Reasons.OptedOut,
            _ => Invalid($"namespace {scope.Name}'s", inherited, ref warnings),
        };
    }

    private static string Invalid(string whose, string value, ref WarningList warnings)
    {
        warnings.Add($"{whose} {Vocabulary.Inject} is \"{Clip(value)}\"; it must be \"true\" or \"false\"");
        return Reasons.InvalidInjectValue;
    }

    /// <summary>Values come from tenants: a warning carries no more of them than a person needs.</summary>
    internal static string Clip(string value) => value.Length <= 40 ? value : value[..40] + "…";
}
