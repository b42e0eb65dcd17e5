using System.Collections.Concurrent;
using System.CommandLine;
using System.Net;
using System.Text.Json;
using Coral.Cli.Facts;
using Coral.Kubernetes;
using Coral.Policies.Bundles;
using Coral.Policies.Nodes;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Cli.Nodes;

/// <summary>Nodes and reports as they were found.</summary>
internal sealed record FoundNodes(IReadOnlyList<NodeFacts> Nodes, IReadOnlyList<NodeReport> Reports, ReportOrigin Origin);

/// <summary>The options that say where nodes are: in a cluster or in a folder.</summary>
internal sealed class NodesSource
{
    private readonly Option<string?> standalone = new("--standalone") { HelpName = "DIR", Description = "The nodes and reports of this folder of YAML" };
    private readonly Option<string?> kubeconfig = new("--kubeconfig") { HelpName = "FILE", Description = "Those of the cluster of this kubeconfig" };
    private readonly Option<string?> context = new("--context") { HelpName = "NAME", Description = "The context of the kubeconfig" };

    internal void AddTo(Command command)
    {
        foreach (var option in new[] { standalone, kubeconfig, context }) command.Add(option);
    }

    internal async Task<FoundNodes> ReadAsync(ParseResult result, Problems problems, TimeProvider time, CancellationToken cancellation)
    {
        var (folder, file, name) = (result.GetValue(standalone), result.GetValue(kubeconfig), result.GetValue(context));
        if (folder is null == file is null) problems.Add("say where the nodes are: either --standalone DIR or --kubeconfig FILE");
        if (name is not null && file is null) problems.Add("--context needs --kubeconfig");
        if (folder is not null && !Path.Exists(folder)) problems.Add($"--standalone {folder}: there is no such folder");
        var bundle = folder is not null && Path.Exists(folder) ? problems.Try(() => BundleReader.Read(folder)) : null;
        var config = file is not null ? problems.Try(() => KubernetesConfig.Load(file, name)) : null;
        problems.ThrowIfAny();
        return bundle is not null
            ? Found(bundle.Nodes.Select(document => document.Object), bundle.NodeCapabilities.Select(document => document.Object), ReportOrigin.File)
            : await ListAsync(config!, time, cancellation);
    }

    private static async Task<FoundNodes> ListAsync(KubernetesConfig config, TimeProvider time, CancellationToken cancellation)
    {
        using var client = new KubernetesClient(config, time, NullLoggerFactory.Instance);
        var refused = new ConcurrentQueue<KubernetesException>();
        var nodes = await ClusterScene.ListAsync(client, ApiResource.Nodes, refused, cancellation);
        var reports = await ClusterScene.ListAsync(client, ApiResource.NodeCapabilities, refused, cancellation);
        return refused.IsEmpty
            ? Found(nodes, reports, ReportOrigin.Cluster)
            : throw new KubernetesException(HttpStatusCode.Forbidden, "Forbidden", $"{config.Server} refuses: {string.Join("; ", refused.Select(each => each.Message))}", null);
    }

    private static FoundNodes Found(IEnumerable<JsonElement> nodes, IEnumerable<JsonElement> reports, ReportOrigin origin) =>
        new([.. nodes.Select(NodeFacts.Read).OfType<NodeFacts>()], [.. reports.Select(NodeReport.Read).OfType<NodeReport>()], origin);
}
