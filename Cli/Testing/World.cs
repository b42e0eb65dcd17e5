using System.Collections.Immutable;
using Coral.Policies;
using Coral.Policies.Bundles;
using Coral.Policies.Nodes;
using Coral.Policies.PodSecurity;

namespace Coral.Cli.Testing;

/// <summary>Where a policy stands: its file and line, by which coverage tells two of one name apart.</summary>
internal sealed record PolicyPlace(string Name, string File, int Line);

/// <summary>All that decisions of a case depend on besides the request.</summary>
/// <param name="Facts">The snapshot.</param>
/// <param name="Policies">Where each of its policies stands, by name.</param>
internal sealed record World(ClusterFacts Facts, ImmutableDictionary<string, PolicyPlace> Policies)
{
    internal static World Make(Layer layer, KubernetesVersion? server, LevelVersion? probed, DateTimeOffset now)
    {
        var nodes = layer.Bundle.Nodes.Select(document => NodeFacts.Read(document.Object)).OfType<NodeFacts>();
        var reports = layer.Bundle.NodeCapabilities.Select(document => NodeReport.Read(document.Object)).OfType<NodeReport>();
        var facts = FactsReader.Read(layer.Bundle, server ?? KubernetesVersion.NewestKnown) with
        {
            Nodes = NodeIndex.Build(nodes, reports, now, ReportOrigin.File),
            Probed = probed is { } level ? new PodSecurityDefaults { Enforce = level } : null,
        };
        return new World(facts, layer.Policies);
    }
}

/// <summary>Facts that were said in one place, or in several laid over each other.</summary>
internal sealed record Layer(Bundle Bundle, ImmutableDictionary<string, PolicyPlace> Policies)
{
    internal static readonly Layer Empty = new(Bundle.Empty, ImmutableDictionary<string, PolicyPlace>.Empty);

    /// <summary>As <c>kubectl apply</c> does it: an object takes the place of the one of its kind, namespace and name.</summary>
    internal Layer Over(Layer below)
    {
        var (top, under) = (Bundle, below.Bundle);
        return new Layer(
            new Bundle
            {
                Policies = [.. under.Policies.ExceptBy(top.Policies.Select(policy => policy.Name), policy => policy.Name), .. top.Policies],
                NodeCapabilities = Laid(top.NodeCapabilities, under.NodeCapabilities, NodeCapabilityValidator.NodeOf),
                Namespaces = Laid(top.Namespaces, under.Namespaces),
                Nodes = Laid(top.Nodes, under.Nodes),
                LimitRanges = Laid(top.LimitRanges, under.LimitRanges),
                ResourceQuotas = Laid(top.ResourceQuotas, under.ResourceQuotas),
                RuntimeClasses = Laid(top.RuntimeClasses, under.RuntimeClasses),
                ServiceAccounts = Laid(top.ServiceAccounts, under.ServiceAccounts),
                PodSecurity = top.PodSecurity ?? under.PodSecurity,
            },
            below.Policies.SetItems(Policies));
    }

    private static ImmutableArray<ManifestDocument> Laid(ImmutableArray<ManifestDocument> top, ImmutableArray<ManifestDocument> under) => Laid(top, under, Name);

    private static ImmutableArray<ManifestDocument> Laid(ImmutableArray<ManifestDocument> top, ImmutableArray<ManifestDocument> under, Func<System.Text.Json.JsonElement, string> name) =>
        [.. under.ExceptBy(top.Select(document => name(document.Object)), document => name(document.Object)), .. top];

    private static string Name(System.Text.Json.JsonElement item)
    {
        var metadata = item.Get("metadata"u8);
        return $"{metadata.Text("namespace"u8) ?? "default"}/{metadata.Text("name"u8)}";
    }
}
