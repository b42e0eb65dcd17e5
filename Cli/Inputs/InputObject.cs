using System.Text.Json;
using Coral.Policies;
using Coral.Policies.Bundles;

namespace Coral.Cli.Inputs;

/// <summary>One object that the user handed in.</summary>
internal sealed class InputObject(ManifestDocument document)
{
    internal ManifestDocument Document => document;

    internal string Kind => document.Kind;

    /// <summary><c>Deployment/shop</c>, or <c>Pod/web-*</c> where the API server will make the name.</summary>
    internal string Label => $"{Kind}/{Name}";

    /// <summary>Whether pods come of it. The group counts too: other groups have kinds of these names.</summary>
    internal bool RunsPods { get; } = WorkloadTemplate.PathOf(document.Kind) is not null && document.ApiVersion.Split('/') switch
    {
        ["v1"] => document.Kind is "Pod" or "ReplicationController" or "PodTemplate",
        ["apps" or "extensions", _] => document.Kind is "Deployment" or "ReplicaSet" or "StatefulSet" or "DaemonSet",
        ["batch", _] => document.Kind is "Job" or "CronJob",
        _ => false,
    };

    /// <summary>The pod, or the template of the pods.</summary>
    internal JsonElement Template => WorkloadTemplate.Find(document.Object, Kind);

    /// <summary>The namespace that the object states, or null.</summary>
    internal string? OwnNamespace => document.Object.Get("metadata"u8).Text("namespace"u8) is { Length: > 0 } name ? name : null;

    private string Name => document.Name.Length > 0 ? document.Name
        : document.Object.Get("metadata"u8).Text("generateName"u8) is { Length: > 0 } beginning ? beginning + "*"
        : "(unnamed)";
}
