using System.Collections.Immutable;

namespace Coral.Audit.Events;

/// <summary>How one variant fared: <paramref name="Outcome"/> such as <c>chosen</c> or <c>rejected</c>, <paramref name="Reason"/> a reason code or null.</summary>
public sealed record CandidateOutcome(string Variant, string Outcome, string? Reason);

/// <summary>What Pod Security says of a pod; <paramref name="Violations"/> are the texts as the API server words them.</summary>
public sealed record SecurityVerdict(bool Allowed, ImmutableArray<string> Violations);

/// <summary>Who asked the API server, as <c>userInfo</c> of the review names it.</summary>
public sealed record Requester(string? Name, string? Uid, ImmutableArray<string> Groups);
