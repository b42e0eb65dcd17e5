using Coral.Policies;

namespace Coral.Cli.Explain.Live;

/// <summary>A comparison in the words that a person reads.</summary>
internal static class LiveLines
{
    internal static IEnumerable<(string Name, string Value)> Of(Comparison live)
    {
        yield return ("was decided", Then(live));
        if (live.Status is { Id: { } id }) yield return ("decision", $"{id} (coral audit search --id {id})");
        yield return ("sidecar", live.Sidecar switch
        {
            "none" => $"the pod has no container {Vocabulary.ContainerName}",
            "intact" => "intact",
            _ when live.Status is null => $"the container {Vocabulary.ContainerName} is not ours",
            _ => "not as the policies of now would write it",
        });
        yield return ("new pod", Now(live));
        foreach (var cause in live.Causes) yield return ("because", $"{cause.Code}: {cause.Text}");
    }

    private static string Then(Comparison live) => live switch
    {
        { Status: null, Sidecar: "intact" } => $"injected; {Vocabulary.Status} is missing or no JSON",
        { Status: null } => $"not recorded in the pod: it has no {Vocabulary.Status}",
        { Status: var then, Sidecar: "none" } => $"not injected; it would have been {Sidecar(then)}",
        { Status: var then } => $"injected {Sidecar(then)}",
    };

    private static string Sidecar(PodStatus then) => $"{then.Variant}, {then.Form} ({then.Reason}){(then.Policy is null ? "" : $" by policy {then.Policy}")}";

    private static string Now(Comparison live) => live.Same
        ? live.Now.Decision!.Outcome == Outcome.Injected ? "would get the same sidecar" : "would get no sidecar either"
        : $"would be otherwise: {Sentences.Outcome(live.Now.Decision!)} ({live.Now.Decision!.Reason})";
}
