using System.Collections.Immutable;

namespace Coral.Audit.Events;

/// <summary>What strategy pin made of a pod.</summary>
/// <param name="Reason"><c>pinned</c>, or why not.</param>
/// <param name="Labels">Values of the label <c>coral.io/ebpf</c> on the nodes that it is kept on; empty where it is not pinned.</param>
public sealed record PinOutcome(string Reason, ImmutableArray<string> Labels);
