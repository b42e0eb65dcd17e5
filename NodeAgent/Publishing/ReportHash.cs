using System.Text;
using Coral.NodeAgent.SystemFacts;
using Coral.Policies.Nodes;

namespace Coral.NodeAgent.Publishing;

/// <summary>Names what decides in a report: the boot, what was found about memory, and the states of all facts in all ways; not when it was made or how long trials took.</summary>
internal static class ReportHash
{
    /// <summary>SHA-256 in hexadecimal; the order of the facts does not count.</summary>
    internal static string Of(NodeReport report)
    {
        var text = new StringBuilder($"{report.BootId}\n{report.Memlock}\n");
        foreach (var fact in report.Facts.OrderBy(fact => fact.Name, StringComparer.Ordinal)) text.Append($"{fact.Name}={fact.State}/{fact.Minimal}/{fact.Full}\n");
        return Sha256.Hash(new MemoryStream(Encoding.UTF8.GetBytes(text.ToString())));
    }
}
