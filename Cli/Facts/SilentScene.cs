using System.Collections.Immutable;
using Coral.Cli.Inputs;
using Coral.Policies;
using Coral.Policies.PodSecurity;

namespace Coral.Cli.Facts;

/// <summary>Nothing was said: each namespace that is asked for opted in and enforces nothing, unless a Namespace among the objects says otherwise.</summary>
internal static class SilentScene
{
    private static readonly ImmutableDictionary<string, string> OptedIn = ImmutableDictionary<string, string>.Empty.Add(Vocabulary.Inject, "true");

    internal static Scene Make(FactsChoice choice, IReadOnlyList<InputObject> objects)
    {
        var own = Namespaces.Among(objects);
        var names = objects.Where(item => item.RunsPods).Select(item => choice.Namespace ?? item.OwnNamespace ?? "default").Distinct(StringComparer.Ordinal).ToList();
        var facts = ClusterFacts.Empty with
        {
            ServerVersion = KubernetesVersion.NewestKnown,
            AssumedLevel = Level.Privileged,
            Namespaces = names.ToImmutableDictionary(
                name => name,
                name => own.GetValueOrDefault(name) is { } said
                    ? said with { Labels = OptedIn.SetItems(said.Labels) }
                    : new NamespaceFacts(name, OptedIn, ImmutableDictionary<string, string>.Empty),
                StringComparer.Ordinal),
        };

        var notes = new List<string>();
        var assumed = names.Where(name => !own.ContainsKey(name)).ToList();
        if (assumed.Count > 0)
        {
            var privileged = choice.Level is null ? " and enforces privileged (--level says another)" : "";
            var which = assumed.Count == 1 ? $"namespace {assumed[0]}" : $"each of the namespaces {string.Join(", ", assumed)}";
            notes.Add($"assumed: {which} opted in{privileged}; give --standalone or --kubeconfig to decide by real labels");
        }

        if (choice.NodeFacts is null && names.Count > 0) notes.Add("assumed: no node has reported; give --node-facts, --standalone or --kubeconfig to decide by what nodes proved");
        return new Scene(facts, null, "default", notes);
    }
}
