namespace Coral.NodeAgent.Collectors.Running;

/// <summary>A while of which sums are told.</summary>
/// <param name="End">When it ended.</param>
/// <param name="Nanoseconds">How long it was.</param>
internal readonly record struct SumsWindow(DateTimeOffset End, long Nanoseconds);
