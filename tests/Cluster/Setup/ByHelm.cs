namespace Coral.Cluster.Tests.Real.Setup;

/// <summary>By the chart, with the definitions gone at the end too.</summary>
internal sealed record ByHelm : Installation
{
    private const string Release = "coral-policy";

    private static readonly string Chart = Path.Join(Repository.Root, "manifests", "helm", "coral-policy");

    public override async Task InstallAsync(TestCluster cluster)
    {
        await cluster.Kubectl("apply", "-f", Path.Join(Repository.Root, "manifests", "base", "namespace.yaml"));
        var values = Settings(cluster).Select(setting => $"settings.{setting.Name}={setting.Value}")
            .Concat([$"image.registry={Target.Registry ?? ""}", $"image.tag={Target.Tag ?? "latest"}"]);
        await HelmAsync(cluster, ["install", Release, Chart, "-n", "coral-system", "--wait", "--timeout", "3m", "--set", "crds.keep=false", .. values.SelectMany(value => new[] { "--set-string", value })]);
    }

    public override async Task UninstallAsync(TestCluster cluster)
    {
        await HelmAsync(cluster, ["uninstall", Release, "-n", "coral-system", "--wait", "--timeout", "3m"]);
        await cluster.Kubectl("delete", "namespace", "coral-system", "--timeout=120s");
    }

    private static async Task HelmAsync(TestCluster cluster, IEnumerable<string> arguments)
    {
        string[] all = [.. arguments];
        var helm = Target.Kubeconfig is null ? Path.Join(await Kit.Bin("helm"), "helm") : "helm";
        var said = await cluster.Run(helm, all);
        if (said.ExitCode != 0) throw new InvalidOperationException($"helm {string.Join(' ', all)}: {said}");
    }
}
