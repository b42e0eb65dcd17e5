using System.Collections.Immutable;
using Coral.Cli.Inputs;
using Coral.Policies;
using Coral.Policies.PodSecurity;

namespace Coral.Cli.Facts;

/// <summary>The namespaces of the objects: which they are, whether they are known, and what <c>--level</c> makes of them.</summary>
internal static class Namespaces
{
    private const string Enforce = "pod-security.kubernetes.io/enforce";

    /// <summary>The namespace in which an object's pods will be.</summary>
    internal static string Of(InputObject item, FactsChoice choice, Scene scene) => choice.Namespace ?? item.OwnNamespace ?? scene.DefaultNamespace;

    /// <summary>The Namespace objects among the objects: they would be applied with them.</summary>
    internal static Dictionary<string, NamespaceFacts> Among(IEnumerable<InputObject> objects)
    {
        var found = new Dictionary<string, NamespaceFacts>(StringComparer.Ordinal);
        foreach (var item in objects)
        {
            if (item is { Kind: "Namespace", Document.ApiVersion: "v1" }) found[item.Document.Name] = NamespaceFacts.Read(item.Document.Object);
        }

        return found;
    }

    /// <summary>Throws <see cref="BadInputException"/> where an object's namespace is not known.</summary>
    internal static Scene Settle(Scene scene, FactsChoice choice, IReadOnlyList<InputObject> objects, Problems problems)
    {
        var all = scene.Facts.Namespaces;
        foreach (var (name, said) in Among(objects))
        {
            if (!all.ContainsKey(name)) all = all.Add(name, said);
        }

        foreach (var item in objects.Where(item => item.RunsPods))
        {
            var name = Of(item, choice, scene);
            if (!all.TryGetValue(name, out var known)) problems.Add($"{item.Document.File}:{item.Document.Line}: {item.Label}: {scene.Source} has no namespace \"{name}\"; say another with --namespace");
            else if (choice.Level is { } level) all = all.SetItem(name, known with { Labels = Stating(known.Labels, level) });
        }

        problems.ThrowIfAny();
        return scene with { Facts = scene.Facts with { Namespaces = all } };
    }

    private static ImmutableDictionary<string, string> Stating(ImmutableDictionary<string, string> labels, LevelVersion level) =>
        labels.SetItem(Enforce, level.Level.ToText()).SetItem(Enforce + "-version", level.Version.ToString());
}
