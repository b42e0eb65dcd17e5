using System.Collections.Immutable;
using System.Text.Json;

namespace Coral.Policies;

/// <summary>What a decision may see of one admission request. The pod is raw JSON and must outlive the call of Decide, no longer.</summary>
public sealed record PodRequest
{
    /// <summary>The admission request's uid; offline a UUIDv5 of the input.</summary>
    public required string DecisionId { get; init; }

    /// <summary>The request's namespace. The object's own, where it differs, does not count.</summary>
    public required string Namespace { get; init; }

    /// <summary>The whole pod object.</summary>
    public required JsonElement Pod { get; init; }

    /// <summary><c>CREATE</c>, <c>UPDATE</c>, <c>DELETE</c> or <c>CONNECT</c>.</summary>
    public string Operation { get; init; } = "CREATE";

    /// <summary>The lower-case plural, with the group where there is one: <c>pods</c>, <c>deployments.apps</c>.</summary>
    public string Resource { get; init; } = "pods";

    /// <summary>The subresource, or empty.</summary>
    public string SubResource { get; init; } = "";

    /// <summary>Who asks: often a controller's service account.</summary>
    public Requester Requester { get; init; } = Requester.Unknown;

    /// <summary>Whether the API server will throw the result away.</summary>
    public bool DryRun { get; init; }
}

/// <summary>The user that the API server authenticated.</summary>
public sealed record Requester(string Username, string Uid, ImmutableArray<string> Groups)
{
    /// <summary>Offline, and where the review names nobody.</summary>
    public static readonly Requester Unknown = new("", "", []);
}
