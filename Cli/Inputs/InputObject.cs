using System.Text.Json;
using Coral.Policies.Bundles;

namespace Coral.Cli.Inputs;

/// <summary>One object that the user handed in.</summary>
internal sealed class InputObject(ManifestDocument document)
{
    private readonly ObjectHead head = new(document.Object);

    internal ManifestDocument Document => document;

    internal string Kind => head.Kind;

    /// <inheritdoc cref="ObjectHead.Label"/>
    internal string Label => head.Label;

    /// <inheritdoc cref="ObjectHead.RunsPods"/>
    internal bool RunsPods => head.RunsPods;

    /// <inheritdoc cref="ObjectHead.Template"/>
    internal JsonElement Template => head.Template;

    /// <inheritdoc cref="ObjectHead.Namespace"/>
    internal string? OwnNamespace => head.Namespace;

    /// <summary>What keeps it from being decided on, with its place; null when nothing does.</summary>
    internal string? Mistake => head.Mistake is var (path, message) ? $"{document.File}:{document.LineOf(path)}: {message}" : null;
}
