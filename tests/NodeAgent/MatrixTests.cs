using System.Text;
using System.Text.Json;
using Coral.NodeAgent.Tests.Real;
using Coral.Policies.Bundles;
using Coral.Policies.Nodes;
using Coral.Testing;

namespace Coral.NodeAgent.Tests;

/// <summary>The recorded reports, and the matrix of them that docs/concepts/node-facts.md shows. That the records are true is for <see cref="GuestTests"/>.</summary>
public sealed class MatrixTests
{
    private const string Page = "docs/concepts/node-facts.md";
    private const string Begin = "<!-- generated: matrix -->\n";
    private const string End = "<!-- /generated -->";

    private static readonly string[] Kernels = ["debian-6.1", "debian-6.12", "debian-7.2"];

    public static TheoryData<string> Names => [.. Kernels.SelectMany(kernel => new[] { kernel, $"{kernel}-integrity", $"{kernel}-confidentiality" })];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_recorded_report_is_valid_and_proves_what_ebpf_minimal_needs(string name)
    {
        var document = RecordedReport.Read(name);

        Assert.Empty(NodeCapabilityValidator.Validate(document));
        var report = NodeReport.Read(document)!;
        Assert.Equal((name, true, true, MemlockState.NotNeeded), (report.Node, report.ProvesMinimal, report.ProvesFull, report.Memlock));
    }

    [Fact]
    public void Lockdown_integrity_takes_nothing_away() => Assert.All(
        Kernels,
        kernel =>
        {
            foreach (var way in new[] { null, "minimal", "full" })
                Assert.Equal(Opinion.Read(RecordedReport.Read(kernel), way), Opinion.Read(RecordedReport.Read($"{kernel}-integrity"), way));
        });

    [Fact]
    public void The_matrix_of_the_documentation_is_that_of_the_recorded_reports()
    {
        var file = Path.Join(Repository.Root, Page);
        var text = File.ReadAllText(file);
        var start = text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length;
        var made = text[..start] + "\n" + Matrix() + "\n" + text[text.IndexOf(End, start, StringComparison.Ordinal)..];
        Golden.Check(Page, made);
    }

    private static string Matrix()
    {
        string[] names = [.. Kernels.SelectMany(kernel => new[] { kernel, $"{kernel}-confidentiality" })];
        var reports = names.Select(RecordedReport.Read).ToList();
        var table = new StringBuilder($"| Fact | {string.Join(" | ", names.Select(name => name.Replace("debian-", "", StringComparison.Ordinal)))} |\n");
        table.Append($"|---|{string.Concat(names.Select(_ => "---|"))}\n");
        foreach (var fact in reports[0].GetProperty("facts").EnumerateObject())
            table.Append($"| `{fact.Name}` | {string.Join(" | ", reports.Select(report => Cell(report.GetProperty("facts").GetProperty(fact.Name))))} |\n");
        table.Append($"\n| Collector | {string.Join(" | ", names.Select(name => name.Replace("debian-", "", StringComparison.Ordinal)))} |\n");
        table.Append($"|---|{string.Concat(names.Select(_ => "---|"))}\n");
        foreach (var collector in reports[0].GetProperty("collectors").EnumerateObject())
            table.Append($"| `{collector.Name}` | {string.Join(" | ", reports.Select(report => report.GetProperty("collectors").GetProperty(collector.Name).GetProperty("tier").GetString()))} |\n");
        return table.ToString();
    }

    /// <summary>One word where all three ways agree, else the three.</summary>
    private static string Cell(JsonElement fact)
    {
        string[] states = [State(fact), State(fact.GetProperty("minimal")), State(fact.GetProperty("full"))];
        return states.Distinct().Count() == 1 ? states[0] : string.Join(" / ", states);
    }

    private static string State(JsonElement trial) => trial.GetProperty("state").GetString()!;
}
