using System.Collections.Immutable;
using Coral.Cli.Inputs;
using Coral.Policies;

namespace Coral.Cli.Testing;

/// <summary>How the API server is supposed to have asked.</summary>
internal sealed record Circumstances
{
    /// <summary>The namespace of all objects, or null for their own.</summary>
    internal string? Namespace { get; init; }

    /// <summary>What the namespace says beyond the facts; null takes a label or annotation away.</summary>
    internal ImmutableDictionary<string, string?> Labels { get; init; } = ImmutableDictionary<string, string?>.Empty;

    /// <inheritdoc cref="Labels"/>
    internal ImmutableDictionary<string, string?> Annotations { get; init; } = ImmutableDictionary<string, string?>.Empty;

    /// <summary>Who asks, or null: then the controller of a workload, else nobody who is known.</summary>
    internal Requester? Requester { get; init; }

    internal bool DryRun { get; init; }

    internal string Operation { get; init; } = "CREATE";

    internal string Resource { get; init; } = "pods";

    internal string SubResource { get; init; } = "";

    /// <summary>The pod comes back after our own patch, as it does when another webhook changed it afterwards.</summary>
    internal bool Reinvoked { get; init; }

    /// <summary>Whether the validating entry is asked, not the mutating one.</summary>
    internal bool Validates { get; init; }

    internal string NamespaceOf(InputObject item) => Namespace ?? item.OwnNamespace ?? "default";

    /// <summary>The facts with what is said of the namespace. One that no fact knows stays unknown unless something is said of it.</summary>
    internal ClusterFacts Around(string ns, ClusterFacts facts)
    {
        if (Labels.IsEmpty && Annotations.IsEmpty) return facts;
        var known = facts.Namespaces.GetValueOrDefault(ns) ?? new NamespaceFacts(ns, ImmutableDictionary<string, string>.Empty, ImmutableDictionary<string, string>.Empty);
        var said = new NamespaceFacts(ns, Laid(known.Labels, Labels), Laid(known.Annotations, Annotations));
        return facts with { Namespaces = facts.Namespaces.SetItem(ns, said) };
    }

    private static ImmutableDictionary<string, string> Laid(ImmutableDictionary<string, string> texts, ImmutableDictionary<string, string?> over)
    {
        foreach (var (name, value) in over) texts = value is null ? texts.Remove(name) : texts.SetItem(name, value);
        return texts;
    }
}
