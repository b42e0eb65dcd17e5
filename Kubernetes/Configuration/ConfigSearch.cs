namespace Coral.Kubernetes;

/// <summary>Finds the kubeconfig files and joins them.</summary>
internal static class ConfigSearch
{
    public static KubernetesConfig Load(string? path, string? context, ConfigEnvironment environment)
    {
        if (path is not null) return File.Exists(path) ? Read([path], context) : throw Missing($"{path}: no such file");
        if (environment.Variable("KUBECONFIG") is { Length: > 0 } list)
        {
            var present = list.Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Where(File.Exists).ToList();
            return present.Count > 0 ? Read(present, context) : throw Missing($"KUBECONFIG: none of these files exists: {list}");
        }

        var home = Path.Combine(environment.Home, ".kube", "config");
        if (File.Exists(home)) return Read([home], context);
        if (context is null && InCluster.IsPresent(environment)) return InCluster.Load(environment);
        throw Missing($"no cluster: pass a kubeconfig file, set KUBECONFIG, or create {home}");
    }

    private static KubernetesConfig Read(IReadOnlyList<string> paths, string? context)
    {
        var mistakes = new List<string>();
        var files = paths.Select(path => KubeconfigFile.Read(Path.GetFullPath(path), mistakes)).ToList();
        var config = mistakes.Count == 0 ? Select(files, context, mistakes) : null;
        return config ?? throw new KubernetesConfigException(mistakes);
    }

    private static KubernetesConfig? Select(List<KubeconfigFile> files, string? name, List<string> mistakes)
    {
        var all = string.Join(Path.PathSeparator, files.Select(file => file.Path));
        name ??= files.Select(file => file.CurrentContext).FirstOrDefault(current => current is not null);
        if (name is null)
        {
            mistakes.Add($"{all}: no current-context; name one of: {Names(files, file => file.Contexts)}");
            return null;
        }

        if (Find(files, file => file.Contexts, name) is not { } context)
        {
            mistakes.Add($"{all}: no context '{name}'; there are: {Names(files, file => file.Contexts)}");
            return null;
        }

        var cluster = Refer(files, file => file.Clusters, context, "cluster", mistakes) is { } clusterSection ? KubeconfigCluster.Read(clusterSection) : null;
        var user = context.Text("user") is null
            ? static _ => new StaticCredentials(null, null, null)
            : Refer(files, file => file.Users, context, "user", mistakes) is { } userSection ? KubeconfigUser.Read(userSection, cluster) : null;
        return mistakes.Count > 0 ? null : new(cluster!.Server, $"{context.File} (context {name})", context.Text("namespace"), cluster.Trust, user!);
    }

    private static YamlSection? Refer(
        List<KubeconfigFile> files, Func<KubeconfigFile, Dictionary<string, YamlSection>> kind, YamlSection context, string key, List<string> mistakes)
    {
        if (context.Text(key) is not { } name)
        {
            mistakes.Add(context.At($"has no {key}"));
            return null;
        }

        if (Find(files, kind, name) is { } section) return section;
        mistakes.Add(context.At($"names the {key} '{name}', which is not there; there are: {Names(files, kind)}", key));
        return null;
    }

    private static YamlSection? Find(List<KubeconfigFile> files, Func<KubeconfigFile, Dictionary<string, YamlSection>> kind, string name) =>
        files.Select(file => kind(file).GetValueOrDefault(name)).FirstOrDefault(section => section is not null);

    private static string Names(List<KubeconfigFile> files, Func<KubeconfigFile, Dictionary<string, YamlSection>> kind) =>
        files.SelectMany(file => kind(file).Keys).Distinct().Order(StringComparer.Ordinal).ToList() is { Count: > 0 } names ? string.Join(", ", names) : "none";

    private static KubernetesConfigException Missing(string mistake) => new([mistake]);
}
