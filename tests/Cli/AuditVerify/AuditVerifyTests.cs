using System.Text;
using System.Text.Json;
using Coral.Cli.Tests.Docs;

namespace Coral.Cli.Tests.AuditVerify;

public sealed class AuditVerifyTests
{
    private const string Page = "docs/operations/verify.md";

    [Fact]
    public async Task A_spool_that_nobody_touched_is_whole()
    {
        using var spool = await ChainedSpool.Make();
        var run = await Verify(spool);
        Assert.Equal(("", 0), (run.Error, run.Code));
        Generated.Check(Page, "whole", Shown(run));
    }

    [Fact]
    public async Task What_somebody_did_is_said_with_its_place()
    {
        using var spool = await Tampered();
        var run = await Verify(spool);
        Assert.Equal(("", 1), (run.Error, run.Code));
        Generated.Check(Page, "tampered", Shown(run));
    }

    [Fact]
    public async Task JSON_is_a_line_a_writer_and_a_line_a_finding()
    {
        using var spool = await Tampered();
        var run = await Verify(spool, "-o", "json");
        Assert.Equal(("", 1), (run.Error, run.Code));
        Golden.Check("audit-verify.jsonl", run.Out);
        Assert.Equal(spool.Documents.Single(document => document.Id == run.Lines[1].GetProperty("id").GetString()).Document, spool.Documents[3].Document);
    }

    [Theory]
    [InlineData("edit", "edited 5")]
    [InlineData("delete", "missing 6")]
    [InlineData("swap two", "edited 4", "unlinked 4", "edited 5", "unlinked 5", "unlinked 6")]
    [InlineData("put a copy in the place of another", "edited 5", "unlinked 5", "unlinked 6")]
    [InlineData("take off a link", "not-linked 5", "unlinked 6")]
    [InlineData("take off a link and all before it", "unlinked 6")]
    [InlineData("damage", "missing 6")]
    public async Task Each_deed_is_found_where_it_was_done(string deed, params string[] findings)
    {
        using var spool = await ChainedSpool.Make();
        var copies = spool.Documents.ConvertAll(document => Encoding.UTF8.GetBytes(document.Document));
        if (deed == "damage") Damage(spool, copies[4]);
        else
        {
            spool.Tamper((number, document) => (deed, number) switch
            {
                ("edit", 5) => Edit(document),
                ("delete", 5) => null,
                ("swap two", 4) => copies[4],
                ("swap two", 5) => copies[3],
                ("put a copy in the place of another", 5) => copies[5],
                ("take off a link", 5) or ("take off a link and all before it", <= 5) => ChainedSpool.Unlink(document),
                _ => document,
            });
        }

        var run = await Verify(spool, "-o", "json");
        Assert.Equal(findings, Findings(run));
        Assert.Equal(1, run.Code);
    }

    [Fact]
    public async Task Nothing_is_said_to_be_whole_where_no_document_has_a_link()
    {
        using var spool = await ChainedSpool.Make();
        spool.Tamper((_, document) => ChainedSpool.Unlink(document));
        var run = await Verify(spool, "-o", "json");
        Assert.StartsWith("coral: writer 0123456789abcdef: none of its documents has a link", Assert.Single(run.Complaints), StringComparison.Ordinal);
        Assert.Equal(1, run.Code);
        var chain = Assert.Single(run.Lines);
        Assert.Equal((9, 0, JsonValueKind.Null), (chain.GetProperty("documents").GetInt32(), chain.GetProperty("proven").GetInt32(), chain.GetProperty("hash").ValueKind));
    }

    [Fact]
    public async Task What_was_cut_off_at_the_end_shows_by_the_hash_alone()
    {
        using var spool = await ChainedSpool.Make();
        var before = Assert.Single((await Verify(spool, "-o", "json")).Lines);
        spool.Tamper((number, document) => number == ChainedSpool.Count ? null : document);
        var run = await Verify(spool, "-o", "json");
        Assert.Equal(0, run.Code);
        Assert.NotEqual(before.GetProperty("hash").GetString(), Assert.Single(run.Lines).GetProperty("hash").GetString());
    }

    [Fact]
    public async Task A_spool_of_two_writers_has_two_chains()
    {
        using var spool = await ChainedSpool.Make();
        spool.NameWriter(0xfedc_ba98_7654_3210);
        await spool.AppendAsync(2);
        var run = await Verify(spool, "-o", "json");
        Assert.Equal([("0123456789abcdef", 9), ("fedcba9876543210", 2)], run.Lines.Select(line => (line.GetProperty("writer").GetString()!, line.GetProperty("documents").GetInt32())));
        Assert.Equal(0, run.Code);
    }

    [Fact]
    public async Task Nothing_to_check_is_no_proof()
    {
        using var folder = new Folder();
        var run = await Coral.Run("audit", "verify", "--spool", folder.Path);
        Assert.StartsWith("coral: no documents, so nothing is shown to be whole", Assert.Single(run.Complaints), StringComparison.Ordinal);
        Assert.Equal((2, ""), (run.Code, run.Out));
    }

    [Fact]
    public async Task A_spool_or_server_that_is_not_there_is_one_line()
    {
        var spool = await Coral.Run("audit", "verify", "--spool", "nowhere");
        Assert.Equal((2, "coral: nowhere: no such folder; give the --spool folder of a process that runs or ran."), (spool.Code, Assert.Single(spool.Complaints)));
        var server = await Coral.Run("audit", "verify", "--search", "http://127.0.0.1:1");
        Assert.Contains("127.0.0.1:1", Assert.Single(server.Complaints), StringComparison.Ordinal);
        Assert.Equal((3, ""), (server.Code, server.Out));
    }

    [Fact]
    public async Task A_narrow_screen_wraps_what_is_long_and_loses_nothing()
    {
        using var spool = await Tampered();
        var run = await Coral.RunOn(100, "", "audit", "verify", "--spool", spool.Path);
        Assert.All(run.Out.Split('\n'), line => Assert.True(line.Length <= 100, line));
        Assert.Contains("is not what was written", string.Join(' ', run.Out.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Long_work_shows_how_far_it_is()
    {
        using var spool = await ChainedSpool.Make();
        var error = new StringWriter { NewLine = "\n" };
        var code = await CoralCommand.RunAsync(["audit", "verify", "--spool", spool.Path], new Terminal { OpenInput = () => Stream.Null, Out = TextWriter.Null, Error = error, ErrorIsScreen = true, Width = 80, Time = new SlowClock() });
        Assert.Equal(0, code);
        Assert.StartsWith("\r2 documents read\r4 documents read\r", error.ToString(), StringComparison.Ordinal);
        Assert.EndsWith($"\r{new string(' ', "8 documents read".Length)}\r", error.ToString(), StringComparison.Ordinal);
    }

    internal static IEnumerable<string> Findings(Run run) => run.Lines.Where(line => line.TryGetProperty("finding", out _)).Select(line => $"{line.GetProperty("finding")} {line.GetProperty("sequence")}");

    internal static byte[] Edit(byte[] document) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(document).Replace("proved-minimal", "asked-for-this", StringComparison.Ordinal));

    private static async Task<ChainedSpool> Tampered()
    {
        var spool = await ChainedSpool.Make();
        spool.Tamper((number, document) => number switch { 4 => Edit(document), 7 => null, _ => document });
        return spool;
    }

    /// <summary>A bit, and the checksum of the frame does not fit any more.</summary>
    private static void Damage(ChainedSpool spool, byte[] document)
    {
        foreach (var file in Directory.EnumerateFiles(spool.Path, "*.seg"))
        {
            var bytes = File.ReadAllBytes(file);
            var at = bytes.AsSpan().IndexOf(document);
            if (at < 0) continue;
            bytes[at + 20] ^= 1;
            File.WriteAllBytes(file, bytes);
        }
    }

    private static Task<Run> Verify(ChainedSpool spool, params string[] more) => Coral.Run(["audit", "verify", "--spool", spool.Path, .. more]);

    private static string Shown(Run run) => $"```text\n{run.Out}```\n";

    /// <summary>Somebody looks at it every 0.6 seconds.</summary>
    private sealed class SlowClock : TimeProvider
    {
        private long now;

        public override long TimestampFrequency => 10;

        public override long GetTimestamp() => now += 6;
    }
}
