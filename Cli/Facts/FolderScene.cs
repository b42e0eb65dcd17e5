using Coral.Policies;
using Coral.Policies.Bundles;
using Coral.Policies.Nodes;

namespace Coral.Cli.Facts;

/// <summary>Facts from a folder of YAML, as <c>coral-webhook serve --standalone</c> takes them.</summary>
internal static class FolderScene
{
    internal static Scene Make(string folder, Bundle bundle, TimeProvider time)
    {
        var nodes = bundle.Nodes.Select(document => NodeFacts.Read(document.Object)).OfType<NodeFacts>();
        var reports = bundle.NodeCapabilities.Select(document => NodeReport.Read(document.Object)).OfType<NodeReport>();
        var facts = FactsReader.Read(bundle, KubernetesVersion.NewestKnown) with { Nodes = NodeIndex.Build(nodes, reports, time.GetUtcNow(), ReportOrigin.File) };
        return new Scene(facts, folder, "default", []);
    }
}
