using Coral.Cli.Inputs;
using Coral.Policies;
using Coral.Policies.Bundles;
using Coral.Policies.Nodes;
using Coral.Policies.Selection;

namespace Coral.Cli.Facts;

/// <summary>Reads the facts of a choice, then lays over them what the options and the objects themselves say.</summary>
internal static class SceneReader
{
    /// <summary>Throws <see cref="BadInputException"/> with all mistakes, also those that <paramref name="problems"/> holds already.</summary>
    internal static async Task<Scene> ReadAsync(FactsChoice choice, IReadOnlyList<InputObject> objects, Problems problems, TimeProvider time, CancellationToken cancellation)
    {
        var folder = choice is { Standalone: { } path, Kubeconfig: null } && Path.Exists(path) ? problems.Try(() => BundleReader.Read(path)) : null;
        var policies = choice.Policy is { } dir && Path.Exists(dir) ? problems.Try(() => Policies(dir)) : null;
        var reports = choice.NodeFacts is { } nodeFacts ? problems.Try(() => Reports(nodeFacts)) : null;
        var podSecurity = choice.PodSecurityConfig is { } configured && File.Exists(configured) ? problems.Try(() => PodSecurityConfigurationReader.ReadFile(configured)) : null;
        var config = choice is { Kubeconfig: { } kubeconfig, Standalone: null } ? problems.Try(() => Kubernetes.KubernetesConfig.Load(kubeconfig, choice.Context)) : null;
        problems.ThrowIfAny();

        var scene = config is not null ? await ClusterScene.ReadAsync(config, time, cancellation)
            : folder is not null ? FolderScene.Make(choice.Standalone!, folder, time)
            : SilentScene.Make(choice, objects);
        var facts = scene.Facts with { ServerVersion = choice.ServerVersion ?? scene.Facts.ServerVersion };
        if (policies is not null) facts = facts with { Policies = Applied(facts.Policies, policies) };
        if (podSecurity is not null) facts = facts with { PodSecurity = podSecurity };
        if (reports is not null) facts = facts with { Nodes = NodeIndex.Build([], reports, time.GetUtcNow(), ReportOrigin.File) };
        return Namespaces.Settle(scene with { Facts = facts }, choice, objects, problems);
    }

    /// <summary>As <c>kubectl apply</c> does it: a policy takes the place of the one of its name.</summary>
    private static System.Collections.Immutable.ImmutableArray<InjectionPolicy> Applied(IEnumerable<InjectionPolicy> there, List<InjectionPolicy> added) =>
        ClusterFacts.Order([.. there.Where(policy => added.TrueForAll(other => other.Name != policy.Name)), .. added]);

    /// <summary>Those of a folder, at least one. Throws <see cref="BadInputException"/> and <see cref="BundleException"/>.</summary>
    internal static List<InjectionPolicy> Policies(string dir)
    {
        var policies = BundleReader.Read(dir).Policies;
        return policies.IsEmpty ? throw new BadInputException($"--policy {dir}: there is no InjectionPolicy in it") : [.. policies];
    }

    /// <summary>A file goes before a recorded report of its name. What is neither has been noted already.</summary>
    private static List<NodeReport> Reports(string file)
    {
        if (!File.Exists(file)) return RecordedReports.Has(file) ? [RecordedReports.Read(file)] : [];
        var bundle = BundleReader.Read(file, OtherKinds.Refuse);
        var reports = bundle.NodeCapabilities.Select(document => NodeReport.Read(document.Object)).OfType<NodeReport>().ToList();
        return reports.Count > 0 ? reports : throw new BadInputException($"--node-facts {file}: there is no NodeCapability in it");
    }
}
