using System.Text.Json;

namespace Coral.Policies.PodSecurity.Admission;

/// <summary>What the API server's PodSecurity plug-in looks at in one request. The objects are raw JSON and need not be valid.</summary>
public sealed record PodSecurityRequest
{
    /// <summary>The request's namespace.</summary>
    public required string Namespace { get; init; }

    /// <summary>The object as it would be stored: a pod, or a workload with a pod template.</summary>
    public required JsonElement Object { get; init; }

    /// <summary>The object as it stands now; Undefined on CREATE.</summary>
    public JsonElement OldObject { get; init; }

    /// <summary><c>CREATE</c>, <c>UPDATE</c>, <c>DELETE</c> or <c>CONNECT</c>.</summary>
    public string Operation { get; init; } = "CREATE";

    /// <summary>The lower-case plural, with the group where there is one: <c>pods</c>, <c>deployments.apps</c>.</summary>
    public string Resource { get; init; } = "pods";

    /// <summary>The subresource, such as <c>ephemeralcontainers</c>, or empty.</summary>
    public string SubResource { get; init; } = "";

    /// <summary>The user that the API server authenticated; matters only for exemptions.</summary>
    public string Username { get; init; } = "";
}
