using System.Text.Json;

namespace Coral.Cli.Tests.Explain;

/// <summary>Design §5 through the program: the whole text and the whole JSON are golden, and the table's own columns are asserted one by one.</summary>
public sealed class DecisionTableTests
{
    private static readonly string Table = Path.Combine(Repository.Root, "tests", "Cli", "Data", "table");
    private static readonly string Pods = Path.Combine(Repository.Root, "tests", "Cli", "Data", "pods.yaml");

    [Theory]
    [InlineData("explain-rules.txt", "table")]
    [InlineData("explain-rules.jsonl", "json")]
    public async Task The_way_that_the_rules_took_is_told_on_request(string golden, string format)
    {
        const string Pod = """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","annotations":{"coral.io/mode":"ebpf-full"}},"spec":{"containers":[{"name":"web","image":"web"}]}}""";
        var run = await Coral.RunWith(Pod, "explain", "-f", "-", "--rules", "-o", format);
        Assert.Equal(0, run.Code);
        Golden.Check(golden, run.Out);
    }

    [Fact]
    public async Task The_explanation_of_each_row_reads_as_agreed()
    {
        var run = await Coral.Run("explain", "-f", Pods, "--standalone", Table);
        Assert.Equal("", run.Error);
        Assert.Equal(0, run.Code);
        Golden.Check("explain-table.txt", run.Out);
    }

    [Fact]
    public async Task The_JSON_of_each_row_is_as_agreed()
    {
        var run = await Coral.Run("explain", "-f", Pods, "--standalone", Table, "-o", "json");
        Assert.Equal(0, run.Code);
        Golden.Check("explain.jsonl", run.Out);
    }

    [Theory]
    [InlineData("restricted-any", "restricted", "level-restricted", "K-95")]
    [InlineData("baseline-any", "restricted", "level-baseline", "K-95")]
    [InlineData("minimal", "ebpf-minimal", "proved-minimal", "K-96")]
    [InlineData("full", "ebpf-full", "proved-full", "K-97")]
    [InlineData("privileged-only", "restricted", "proved-privileged-only", "K-99")]
    [InlineData("nothing", "restricted", "nothing-proved", "K-94")]
    [InlineData("no-report", "restricted", "no-report", "K-94")]
    [InlineData("stale", "restricted", "stale-report", "K-94")]
    [InlineData("sandboxed", "restricted", "sandboxed-runtime", "K-98")]
    [InlineData("user-namespace", "restricted", "user-namespace", "K-98")]
    [InlineData("serverless", "restricted", "serverless-node", null)]
    [InlineData("asks-too-much", "restricted", "mode-not-admitted", "K-94")]
    [InlineData("asks-for-privileged", "ebpf-minimal", "mode-not-granted", "K-99")]
    [InlineData("lowers", "restricted", "mode-requested", "K-98")]
    [InlineData("not-opted-in", null, "not-opted-in", null)]
    public async Task The_row_selects_its_variant_and_cites_the_matrix(string pod, string? variant, string reason, string? matrixRow)
    {
        var run = await Coral.Run("explain", "-f", Pods, "--standalone", Table, "-o", "json");
        var line = run.Lines.Single(line => line.GetProperty("object").GetString() == "Pod/" + pod);
        var decision = line.GetProperty("decision");
        Assert.Equal(variant, decision.GetProperty("variant").GetString());
        Assert.Equal(reason, decision.GetProperty("reason").GetString());
        var advice = line.GetProperty("advice");
        Assert.Equal(matrixRow, advice.ValueKind == JsonValueKind.Null ? null : advice.GetProperty("row").GetString());
        Assert.Equal(["ebpf-minimal", "ebpf-full", "restricted", "ebpf-privileged"], decision.GetProperty("candidates").EnumerateArray().Select(item => item.GetProperty("variant").GetString()));
        Assert.Equal(variant is null ? 0 : 1, decision.GetProperty("candidates").EnumerateArray().Count(item => item.GetProperty("result").GetString() == "chosen"));
    }

    [Fact]
    public async Task An_object_without_pods_has_a_line_too()
    {
        var run = await Coral.Run("explain", "-f", Pods, "--standalone", Table, "-o", "json");
        var line = run.Lines[^1];
        Assert.Equal("""{"object":"Service/front","namespace":"privileged","live":null,"decision":null,"advice":null,"way":null}""", line.GetRawText());
    }
}
