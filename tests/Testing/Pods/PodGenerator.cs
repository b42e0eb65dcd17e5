using System.Text.Json;
using System.Text.Json.Nodes;

namespace Coral.Testing.Pods;

/// <summary>What the generator may use besides plain pods.</summary>
public sealed record PodGeneratorOptions
{
    /// <summary>Members that no API server knows, at several depths. Off by default.</summary>
    public bool UnknownFields { get; init; }

    /// <summary>Labels, annotations, names and ports of Coral. On by default.</summary>
    public bool Ours { get; init; } = true;

    /// <summary>Windows pods. On by default.</summary>
    public bool Windows { get; init; } = true;

    /// <summary>Ephemeral containers, which the API refuses on CREATE. Off by default.</summary>
    public bool Ephemeral { get; init; }
}

/// <summary>
/// Random pods, the same for the same seed: most of them valid, about half of them allowed at some Pod Security level, with all that a check or the injection reads.
/// A pod starts plain, or hardened as restricted wants it, and then gets a few changes.
/// </summary>
public static class PodGenerator
{
    /// <summary>The pod of a seed, named <c>pSEED</c>, without a namespace.</summary>
    public static JsonObject GenerateNode(int seed, PodGeneratorOptions? options = null)
    {
        var draft = new PodDraft(new Random(seed), options ?? new());
        draft.Pod["metadata"] = new JsonObject { ["name"] = $"p{seed}" };
        draft.Pod["spec"] = draft.Spec;
        Containers.Add(draft);
        Volumes.Add(draft);
        if (draft.Options.Windows && draft.Chance(0.04)) Windows.Make(draft);
        else Security.Add(draft);
        Scheduling.Add(draft);
        Metadata.Add(draft);
        if (draft.Options.UnknownFields) Unknown.Add(draft);
        return draft.Pod;
    }

    /// <summary>The same as an element of its own document.</summary>
    public static JsonElement Generate(int seed, PodGeneratorOptions? options = null) =>
        JsonSerializer.SerializeToElement(GenerateNode(seed, options));
}
