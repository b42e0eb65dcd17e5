namespace Coral.Policies.Bundles;

/// <summary>One node of a YAML document. An alias is the very node that it refers to.</summary>
internal abstract class YamlNode(int line, int column)
{
    public int Line { get; } = line;

    public int Column { get; } = column;

    /// <summary>False until its end was read: an alias to it from within would have no end.</summary>
    public bool Complete { get; set; }
}

/// <param name="line">Counted from 1.</param>
/// <param name="column">Counted from 1.</param>
/// <param name="text">Without quotes and escapes.</param>
/// <param name="tag">The full tag, or null.</param>
/// <param name="plain">Written without quotes.</param>
internal sealed class YamlScalar(int line, int column, string text, string? tag, bool plain) : YamlNode(line, column)
{
    public string Text { get; } = text;

    public string? Tag { get; } = tag;

    public bool Plain { get; } = plain;
}

internal sealed class YamlSequence(int line, int column) : YamlNode(line, column)
{
    public List<YamlNode> Items { get; } = [];
}

internal sealed class YamlMapping(int line, int column) : YamlNode(line, column)
{
    public List<(YamlNode Key, YamlNode Value)> Entries { get; } = [];
}

/// <summary>A mistake that ends the reading of a file.</summary>
internal sealed class YamlFault(int line, int column, string message) : Exception(message)
{
    public int Line { get; } = line;

    public int Column { get; } = column;
}
