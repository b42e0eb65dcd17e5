using Coral.NodeAgent.Capabilities;
using Coral.NodeAgent.SystemFacts;
using Coral.Policies.Nodes;

namespace Coral.NodeAgent.Tests.Capabilities;

/// <summary>Outcomes for tests.</summary>
internal static class Samples
{
    public static readonly Trial Ok = new(FactState.Ok, 0, null, 120, "load, attach, call");
    public static readonly Trial Denied = new(FactState.Denied, 1, null, 40, "load");

    /// <summary>All facts proved in all ways, but those that are given.</summary>
    public static ProbeOutcome Outcome(string root, params (string Name, Trial AsIs, Trial Minimal, Trial Full)[] others)
    {
        var facts = FactCatalogue.All.Select(fact => new FactOutcome(fact.Name, Ok, Ok, Ok)).ToList();
        foreach (var (name, asIs, minimal, full) in others) facts[facts.FindIndex(fact => fact.Name == name)] = new(name, asIs, minimal, full);
        return new ProbeOutcome("node-a", new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero), SystemReport.Read(root), "not-needed", facts);
    }
}
