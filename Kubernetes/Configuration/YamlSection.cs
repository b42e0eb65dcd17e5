using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Coral.Kubernetes;

/// <summary>One mapping of a YAML file, with what is needed to say where a mistake stands. Readers add to the list of mistakes and go on.</summary>
/// <param name="File">Full path of the file.</param>
/// <param name="What">What the mapping is to a reader, such as <c>user 'admin'</c>.</param>
/// <param name="Node">The mapping.</param>
/// <param name="Mistakes">The list that all sections of one load share.</param>
internal sealed record YamlSection(string File, string What, YamlMappingNode Node, List<string> Mistakes)
{
    /// <summary>Where a mapping should stand that is not there.</summary>
    public YamlNode? Place { get; init; }

    public string At(string mistake, string? key = null)
    {
        var line = ((key is null ? null : Find(key)) ?? Place ?? Node).Start.Line;
        return What.Length == 0 ? $"{File}:{line}: {mistake}" : $"{File}:{line}: {What} {mistake}";
    }

    public void Complain(string mistake, string? key = null) => Mistakes.Add(At(mistake, key));

    public bool Has(string key) => Find(key) is not null;

    /// <summary>The text of a scalar; null when it is absent, empty or null.</summary>
    public string? Text(string key)
    {
        if (Find(key) is not { } node) return null;
        if (node is YamlScalarNode scalar) return scalar.Value is { Length: > 0 } text ? text : null;
        Complain($"has a {key} that is no text", key);
        return null;
    }

    public bool Flag(string key)
    {
        switch (Text(key))
        {
            case null or "false":
                return false;
            case "true":
                return true;
            default:
                Complain($"has a {key} that is neither true nor false", key);
                return false;
        }
    }

    public YamlSection? Section(string key, string what)
    {
        if (Find(key) is not { } node) return null;
        if (node is YamlMappingNode mapping) return this with { What = what, Node = mapping };
        Complain($"has a {key} that is no mapping", key);
        return null;
    }

    public IEnumerable<YamlNode> List(string key)
    {
        if (Find(key) is not { } node) return [];
        if (node is YamlSequenceNode sequence) return sequence.Children;
        Complain($"has a {key} that is no list", key);
        return [];
    }

    private YamlNode? Find(string key) =>
        Node.Children.TryGetValue(new YamlScalarNode(key), out var node) && !IsNull(node) ? node : null;

    private static bool IsNull(YamlNode node) => node is YamlScalarNode { Style: ScalarStyle.Plain, Value: null or "" or "null" or "~" };
}
