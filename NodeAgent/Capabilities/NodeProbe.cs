using Coral.NodeAgent.Native;
using Coral.NodeAgent.SystemFacts;
using Coral.Policies.Nodes;
using Coral.Policies.Variants;

namespace Coral.NodeAgent.Capabilities;

/// <summary>One fact, tried three ways.</summary>
/// <param name="Name">Its name.</param>
/// <param name="AsIs">In a process like this one.</param>
/// <param name="Minimal">With exactly ebpf-minimal's capabilities.</param>
/// <param name="Full">With exactly ebpf-full's.</param>
internal sealed record FactOutcome(string Name, Trial AsIs, Trial Minimal, Trial Full);

/// <summary>All that one probe found.</summary>
internal sealed record ProbeOutcome(string Node, DateTimeOffset ObservedAt, SystemReport System, string Memlock, IReadOnlyList<FactOutcome> Facts);

/// <summary>Tries every fact three ways and reads what the system says.</summary>
internal static class NodeProbe
{
    internal static async Task<ProbeOutcome> RunAsync(string node, TrialRunner runner, TimeProvider time, CancellationToken cancellation)
    {
        var names = FactCatalogue.All.Select(fact => fact.Name).ToList();
        var asIs = runner.RunAsync(names, null, cancellation);
        var minimal = runner.RunAsync(names, CapabilitiesOf("ebpf-minimal"), cancellation);
        var full = runner.RunAsync(names, CapabilitiesOf("ebpf-full"), cancellation);
        var system = SystemReport.Read();
        TrialRun[] runs = [await asIs, Explained(await minimal, CapabilitiesOf("ebpf-minimal")), Explained(await full, CapabilitiesOf("ebpf-full"))];
        var memlock = runs.Select(run => run.Memlock).FirstOrDefault(said => said != "unknown") ?? "unknown";
        return new ProbeOutcome(node, time.GetUtcNow(), system, memlock, [.. names.Select(name => new FactOutcome(name, Of(runs[0], name), Of(runs[1], name), Of(runs[2], name)))]);
    }

    /// <summary>The capabilities that the variant's container is given, and no others (Policies/Variants/*.yaml).</summary>
    internal static ulong CapabilitiesOf(string variant)
    {
        var context = VariantCatalogue.Shipped.Find(variant)!.Container.GetProperty("securityContext"u8);
        return Capability.MaskOf(context.GetProperty("capabilities"u8).GetProperty("add"u8).EnumerateArray().Select(name => name.GetString()!));
    }

    private static Trial Of(TrialRun run, string name) => run.Trials.GetValueOrDefault(name) ?? Trial.NotMade("its process ended before");

    /// <summary>A process can hand on only what it has. What is proved with less is proved; what failed says what was lacking.</summary>
    private static TrialRun Explained(TrialRun run, ulong wanted)
    {
        var lacking = wanted & ~run.Held;
        if (lacking == 0) return run;
        var without = "; the agent lacks " + string.Join(", ", Capability.NamesOf(lacking));
        return run with
        {
            Trials = run.Trials.ToDictionary(
                trial => trial.Key,
                trial => trial.Value.State == FactState.Ok ? trial.Value : trial.Value with { Method = trial.Value.Method + without },
                StringComparer.Ordinal),
        };
    }
}
