using System.Collections.Immutable;
using System.Text.Json;

namespace Coral.NodeAgent.Tests.Real;

/// <summary>Compares what the agent reports with what the oracle found, fact by fact, with the error numbers.</summary>
internal static class Agreement
{
    /// <summary>The ways of a report, and what the oracle is to keep: the numbers of the capabilities of ebpf-minimal and ebpf-full.</summary>
    public static readonly (string? Way, string[] Keep)[] Ways = [(null, []), ("minimal", ["12,38,39"]), ("full", ["12,19,21"])];

    /// <summary>What only the agent tries: bpf_loop and CO-RE's paths of files need more than instructions by hand.</summary>
    private static readonly string[] NotByHand = ["d_path:fentry", "d_path:iter", "loop"];

    public static void Check(string where, JsonElement report, string? way, ImmutableSortedDictionary<string, Opinion> oracle)
    {
        var agent = Opinion.Read(report, way);
        Assert.Equal(oracle.Keys.Concat(NotByHand).Order(StringComparer.Ordinal), agent.Keys);
        // libbpf puts bpf_probe_read in the place of bpf_probe_read_user where bpf_probe_read_kernel is refused, so under lockdown=confidentiality what it loads has neither.
        var replaced = !agent["probe_read_kernel"].Works;
        var different = oracle.Where(opinion => agent[opinion.Key] != opinion.Value && !(replaced && opinion.Key == "probe_read_user"))
            .Select(opinion => $"{opinion.Key}: the oracle {opinion.Value}, the agent {agent[opinion.Key]}");
        Assert.True(!different.Any(), $"{where}, {way ?? "as is"}: {string.Join("; ", different)}");
    }
}
