namespace Coral.EndToEnd.Real;

/// <summary>An API server on which <c>manifests/overlays/default</c> is installed. It has no node, so its pods only wait: the processes run here, with the tokens of their accounts.</summary>
public sealed class InstalledCluster() : KitClusterFixture(new()), IDisposable
{
    internal static readonly string Overlays = Path.Join(Stage.Root, "manifests", "overlays");

    private readonly string folder = Directory.CreateTempSubdirectory("coral-installed").FullName;

    /// <summary>A kubeconfig with the token of an account and nothing else.</summary>
    internal Task<string> ConfigOf(string account) => Tokens.ConfigAsync(Cluster, account, Path.Join(folder, account));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    protected override async Task Prepare()
    {
        // As `make deploy` does it: definitions first, so that an overlay may have objects of them.
        await Cluster.Kubectl("apply", "--server-side", "-k", Path.Join(Stage.Root, "manifests", "crds"));
        // kubectl wait fails where there are no conditions at all yet.
        await Eventually.Async(
            async () => (await Cluster.TryKubectl(["wait", "--for=condition=Established", "crd/nodecapabilities.coral.io", "crd/injectionpolicies.coral.io", "--timeout=60s"])).ExitCode == 0, TimeSpan.FromSeconds(60), "the definitions are established");
        await Cluster.Kubectl("apply", "--server-side", "-k", Path.Join(Overlays, "default"));
    }
}
