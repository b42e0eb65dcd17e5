using Coral.NodeAgent.Capabilities;
using Coral.NodeAgent.Publishing;
using Coral.Policies.Nodes;

namespace Coral.NodeAgent.Journal;

/// <summary>A report that differs from the one before it.</summary>
/// <param name="Outcome">What the probe found.</param>
/// <param name="Publication">What the cluster's object says more.</param>
/// <param name="Hash">Names what decides in it: <see cref="ReportHash"/>.</param>
/// <param name="Before">The report that the cluster had; null when it had none.</param>
internal sealed record ReportChange(ProbeOutcome Outcome, Publication Publication, string Hash, NodeReport? Before);
