namespace Coral.Cluster.Tests.Real.Setup;

/// <summary>By kustomize, as <c>scripts/deploy.sh</c> does it: an overlay of <c>manifests/overlays</c>.</summary>
internal sealed record ByScript(string Overlay) : Installation
{
    public override async Task InstallAsync(TestCluster cluster)
    {
        await cluster.Kubectl("apply", "--server-side", "-f", Path.Join(Repository.Root, "manifests", "base", "namespace.yaml"));
        await cluster.Kubectl(["create", "configmap", "coral-settings", "-n", "coral-system", .. Settings(cluster).Select(setting => $"--from-literal={setting.Name}={setting.Value}")]);
        await RunAsync(cluster, "deploy");
    }

    public override Task UninstallAsync(TestCluster cluster) => RunAsync(cluster, "undeploy");

    private async Task RunAsync(TestCluster cluster, string verb)
    {
        var said = await cluster.Run(Path.Join(Repository.Root, "scripts", "deploy.sh"), [verb], ("OVERLAY", Overlay), ("REGISTRY", Target.Registry ?? ""), ("TAG", Target.Tag ?? "latest"));
        if (said.ExitCode != 0) throw new InvalidOperationException($"deploy.sh {verb}: {said}");
    }
}
