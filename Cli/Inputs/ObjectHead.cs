using System.Text.Json;
using Coral.Policies;

namespace Coral.Cli.Inputs;

/// <summary>What an object says it is, wherever its JSON came from.</summary>
internal readonly struct ObjectHead(JsonElement value)
{
    internal JsonElement Object { get; } = value;

    internal string ApiVersion { get; } = value.Text("apiVersion"u8) ?? "";

    internal string Kind { get; } = value.Text("kind"u8) ?? "";

    /// <summary><c>Deployment/shop</c>, or <c>Pod/web-*</c> where the API server will make the name.</summary>
    internal string Label => $"{Kind}/{Name}";

    /// <summary>The namespace that the object states, or null.</summary>
    internal string? Namespace => Object.Get("metadata"u8).Text("namespace"u8) is { Length: > 0 } name ? name : null;

    /// <summary>Whether pods come of it. The group counts too: other groups have kinds of these names.</summary>
    internal bool RunsPods => ApiVersion switch
    {
        "v1" => Kind is "Pod" or "ReplicationController" or "PodTemplate",
        _ when IsOf("apps/") || IsOf("extensions/") => Kind is "Deployment" or "ReplicaSet" or "StatefulSet" or "DaemonSet",
        _ when IsOf("batch/") => Kind is "Job" or "CronJob",
        _ => false,
    };

    /// <summary>The pod, or the template of the pods.</summary>
    internal JsonElement Template => WorkloadTemplate.Find(Object, Kind);

    /// <summary>What keeps the object from being decided on, and the field that is to blame; null when nothing does.</summary>
    internal (string Path, string Message)? Mistake
    {
        get
        {
            if (ApiVersion.Length == 0 || Kind.Length == 0) return ("", "apiVersion and kind are needed to know what this is");
            if (!RunsPods || Template.Get("spec"u8).Get("containers"u8).ValueKind == JsonValueKind.Array) return null;
            var path = string.Join('.', [.. WorkloadTemplate.PathOf(Kind)!, "spec", "containers"]);
            return (path, $"{Label}: {path} must be a list of containers");
        }
    }

    private string Name
    {
        get
        {
            var metadata = Object.Get("metadata"u8);
            if (metadata.Text("name"u8) is { Length: > 0 } name) return name;
            return metadata.Text("generateName"u8) is { Length: > 0 } beginning ? beginning + "*" : "(unnamed)";
        }
    }

    private bool IsOf(string group) => ApiVersion.StartsWith(group, StringComparison.Ordinal) && ApiVersion.IndexOf('/', group.Length) < 0;
}
