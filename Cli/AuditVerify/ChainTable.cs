using System.Globalization;
using Coral.Audit.Chain;
using Coral.Cli.Output;

namespace Coral.Cli.AuditVerify;

/// <summary>A row a writer, then a row a finding, and the whole in a sentence.</summary>
internal static class ChainTable
{
    private static readonly string[] Writers = ["Writer", "Documents", "Proven", "First", "Last", "From", "To", "Hash of the end"];
    private static readonly string[] Signatures = ["Writer", "What is signed"];
    private static readonly string[] Findings = ["Finding", "Where and what"];

    internal static void Write(Terminal terminal, ChainReport report)
    {
        if (!report.Chains.IsEmpty)
        {
            Tables.Write(terminal, Writers, report.Chains.Select(Row), wraps: ["Hash of the end"]);
            terminal.Out.WriteLine();
            Tables.Write(terminal, Signatures, report.Chains.Select(chain => new[] { chain.Writer, Signed(chain) }), wraps: ["What is signed"]);
            terminal.Out.WriteLine();
        }

        if (!report.IsWhole)
        {
            Tables.Write(terminal, Findings, report.Findings.Select(finding => new[] { finding.Fault.ToCode(), finding.Message }), wraps: ["Where and what"]);
            terminal.Out.WriteLine();
        }

        terminal.Out.WriteLine(Sentence(report));
    }

    private static string[] Row(ChainSummary chain) =>
    [
        chain.Writer, Number(chain.Documents), Number(chain.Proven), chain.First.ToString(CultureInfo.InvariantCulture), chain.Last.ToString(CultureInfo.InvariantCulture),
        Time(chain.FirstTime), Time(chain.LastTime), chain.Hash.Length == 0 ? "-" : chain.Hash,
    ];

    private static string Signed(ChainSummary chain)
    {
        var seal = chain.Seal;
        var tail = seal.Unprotected == 0 ? "none came since" : $"{Documents(seal.Unprotected)} since, from {Time(seal.Since)}, {(seal.Unprotected == 1 ? "is" : "are")} not protected yet";
        return seal.Key is null
            ? $"nothing that counts: whoever can write all {Documents(seal.Unprotected)} could have made them anew"
            : $"up to document {seal.UpTo}, at {Time(seal.Time)}, by the key {seal.Key[..16]}; {tail}";
    }

    private static string Documents(long count) => $"{Number(count)} {(count == 1 ? "document" : "documents")}";

    private static string Sentence(ChainReport report)
    {
        var (documents, proven, lesser) = (report.Chains.Sum(chain => chain.Documents), report.Chains.Sum(chain => chain.Proven), report.Chains.Sum(chain => chain.Lesser));
        var form = lesser == 0 ? "" : $", {Number(lesser)} stored without request and only the place of it proven";
        var findings = report.Findings.Length + report.MoreFindings;
        var wrong = findings switch { 0 => "no findings", 1 => "1 finding", _ => $"{Number(findings)} findings" };
        return $"{Documents(documents)}, {Number(proven)} proven{form}: {wrong}.";
    }

    private static string Time(DateTimeOffset? time) => time is { } known ? known.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) : "-";

    private static string Number(long count) => count.ToString(CultureInfo.InvariantCulture);
}
