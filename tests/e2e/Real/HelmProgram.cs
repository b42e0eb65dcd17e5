namespace Coral.EndToEnd.Real;

/// <summary>The program <c>helm</c> of the kit, for one cluster, with folders of its own.</summary>
internal sealed class HelmProgram(string kubeconfig) : IDisposable
{
    internal static readonly string Chart = Path.Join(Stage.Root, "manifests", "helm", "coral-policy");

    private readonly string home = Directory.CreateTempSubdirectory("coral-helm-").FullName;

    internal static string Profile(string name) => Path.Join(Chart, "profiles", $"{name}.yaml");

    /// <summary>Gives what it printed, whatever its exit code.</summary>
    internal async Task<CommandResult> TryRun(params IEnumerable<string> arguments) => await Command.Run(
        Path.Join(await Kit.Bin("helm"), "helm"), arguments,
        environment: new Dictionary<string, string> { ["KUBECONFIG"] = kubeconfig, ["HELM_CACHE_HOME"] = home, ["HELM_CONFIG_HOME"] = home, ["HELM_DATA_HOME"] = home });

    /// <summary>Gives its standard output.</summary>
    /// <exception cref="InvalidOperationException">Its exit code is not 0; the message has its output.</exception>
    internal async Task<string> Run(params IEnumerable<string> arguments)
    {
        string[] all = [.. arguments];
        var result = await TryRun(all);
        return result.ExitCode == 0 ? result.Output : throw new InvalidOperationException($"helm {string.Join(' ', all)}: {result}");
    }

    public void Dispose() => Directory.Delete(home, recursive: true);
}
