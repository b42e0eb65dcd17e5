using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Coral.Kubernetes;

/// <summary>One kubeconfig file, cut into its named parts. They are read only when chosen: a mistake in a context that is not used does no harm.</summary>
internal sealed record KubeconfigFile(
    string Path,
    string? CurrentContext,
    Dictionary<string, YamlSection> Clusters,
    Dictionary<string, YamlSection> Users,
    Dictionary<string, YamlSection> Contexts)
{
    public static KubeconfigFile Read(string path, List<string> mistakes)
    {
        if (Parse(path, mistakes) is not { } root) return new(path, null, [], [], []);
        var file = new YamlSection(path, "", root, mistakes);
        if (file.Text("kind") is { } kind and not "Config") file.Complain($"kind is '{kind}', not 'Config': this is no kubeconfig file", "kind");
        return new(path, file.Text("current-context"), Named(file, "cluster"), Named(file, "user"), Named(file, "context"));
    }

    private static YamlMappingNode? Parse(string path, List<string> mistakes)
    {
        try
        {
            using var reader = new StreamReader(path);
            var yaml = new YamlStream();
            yaml.Load(reader);
            if (yaml.Documents.Count == 0) return null;
            if (yaml.Documents[0].RootNode is YamlMappingNode root) return root;
            mistakes.Add($"{path}:1: this is no kubeconfig file");
        }
        catch (YamlException exception)
        {
            mistakes.Add($"{path}:{exception.Start.Line}: this is no YAML: {(exception.InnerException ?? exception).Message}");
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            mistakes.Add($"{path}: cannot be read: {exception.Message}");
        }

        return null;
    }

    private static Dictionary<string, YamlSection> Named(YamlSection file, string kind)
    {
        var found = new Dictionary<string, YamlSection>(StringComparer.Ordinal);
        foreach (var node in file.List(kind + "s"))
        {
            if (node is not YamlMappingNode mapping)
            {
                file.Mistakes.Add($"{file.File}:{node.Start.Line}: an entry of {kind}s is no mapping");
                continue;
            }

            var entry = file with { What = $"an entry of {kind}s", Node = mapping };
            if (entry.Text("name") is not { } name) entry.Complain("has no name");
            else found.TryAdd(name, entry.Section(kind, $"{kind} '{name}'") ?? entry with { What = $"{kind} '{name}'", Node = [], Place = mapping });
        }

        return found;
    }
}
