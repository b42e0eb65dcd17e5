using System.Text.RegularExpressions;
using Coral.Cli.Tests.Docs;

namespace Coral.Cli.Tests.AuditVerify;

/// <summary>What an auditor does with a public key and a second place, as the page says.</summary>
public sealed partial class SignedVerifyTests
{
    private const string Hash = "9c41f2ab07d35e6819c41f2ab07d35e6819c41f2ab07d35e6819c41f2ab07d35";
    private const string Page = "docs/operations/verify.md";

    [Fact]
    public async Task With_the_key_and_the_second_place_a_signed_spool_is_whole()
    {
        using var spool = new SignedSpool();
        await spool.LiveAsync(5);
        var run = await spool.VerifyAsync("--key", spool.Public, "--checkpoints", spool.Checkpoints);
        Assert.Equal(("", 0), (run.Error, run.Code));
        Generated.Check(Page, "signed", Shown(run, spool));
    }

    [Fact]
    public async Task What_was_cut_off_shows_by_the_second_place()
    {
        using var spool = new SignedSpool();
        await spool.LiveAsync(5);
        for (var i = 0; i < 3; i++) spool.CutLast();
        spool.Clock.Advance(TimeSpan.FromMinutes(10));
        var run = await spool.VerifyAsync("--key", spool.Public, "--checkpoints", spool.Checkpoints);
        Assert.Equal(("", 1), (run.Error, run.Code));
        Generated.Check(Page, "truncated", Shown(run, spool));
        var json = await spool.VerifyAsync("--key", spool.Public, "--checkpoints", spool.Checkpoints, "-o", "json");
        Golden.Check("audit-verify-truncated.jsonl", Plain(json.Out, spool));
    }

    [Fact]
    public async Task Without_a_key_it_is_said_that_signatures_were_not_checked()
    {
        using var spool = new SignedSpool();
        await spool.LiveAsync(5);
        var run = await spool.VerifyAsync("-o", "json");
        Assert.StartsWith("coral: signatures not checked", Assert.Single(run.Complaints), StringComparison.Ordinal);
        Assert.Equal((0, "not-checked"), (run.Code, run.Lines[0].GetProperty("signatures").GetString()));
    }

    [Fact]
    public async Task Another_key_than_the_one_that_signed_is_found()
    {
        using var spool = new SignedSpool();
        using var other = new SignedSpool();
        await spool.LiveAsync(5);
        await other.LiveAsync(1);
        var run = await spool.VerifyAsync("--key", other.Public, "-o", "json");
        Assert.Equal(["forged 1"], AuditVerifyTests.Findings(run));
        Assert.Equal(1, run.Code);
    }

    [Fact]
    public async Task After_a_rotation_both_the_old_and_the_new_key_lead_to_all_checkpoints()
    {
        using var spool = new SignedSpool();
        await spool.LiveAsync(2);
        File.Copy(spool.Public, spool.Public + ".old");
        var rotated = await Coral.Run("audit", "key", "rotate", spool.Key);
        Assert.Equal(0, rotated.Code);
        await spool.LiveAsync(2);
        Assert.Equal(rotated.Out, File.ReadAllText(spool.Public));
        Assert.NotEqual(File.ReadAllText(spool.Public + ".old"), File.ReadAllText(spool.Public));
        foreach (var key in new[] { spool.Public, spool.Public + ".old" })
        {
            var run = await spool.VerifyAsync("--key", key, "--checkpoints", spool.Checkpoints);
            Assert.Equal(("", 0), (run.Error, run.Code));
        }
    }

    [Fact]
    public async Task A_key_that_was_put_in_without_the_old_one_is_found_by_who_holds_the_old_one()
    {
        using var spool = new SignedSpool();
        await spool.LiveAsync(2);
        File.Copy(spool.Public, spool.Public + ".old");
        File.Delete(spool.Key);
        await spool.LiveAsync(2);
        Assert.Equal(["forged 5"], AuditVerifyTests.Findings(await spool.VerifyAsync("--key", spool.Public + ".old", "-o", "json")));
        await File.AppendAllTextAsync(spool.Public, await File.ReadAllTextAsync(spool.Public + ".old"));
        Assert.Equal(0, (await spool.VerifyAsync("--key", spool.Public)).Code);
    }

    [Fact]
    public async Task The_tail_since_the_last_checkpoint_is_named()
    {
        using var spool = new SignedSpool();
        await spool.LiveAsync(5, killed: true);
        var run = await spool.VerifyAsync("--key", spool.Public, "-o", "json");
        Assert.Equal("""{"documents":5,"since":"2026-11-21T12:01:00Z"}""", run.Lines[0].GetProperty("unprotected").GetRawText());
        Assert.Contains("5 documents since, from 2026-11-21T12:01:00.000Z, are not protected yet", (await spool.VerifyAsync("--key", spool.Public)).Out, StringComparison.Ordinal);
    }

    private static string Shown(Run run, SignedSpool spool) => $"```text\n{Plain(run.Out, spool)}```\n";

    /// <summary>Signatures, and so hashes, ids and keys, are others each time.</summary>
    private static string Plain(string text, SignedSpool spool)
    {
        text = Key().Replace(LongHash().Replace(text.Replace(spool.Checkpoints, "/mnt/other/checkpoints", StringComparison.Ordinal), Hash), "${1}6b1f0c9e33a7d254");
        var writer = Writer().Match(text).Groups[1].Value;
        return DocumentIds().Replace(text.Replace(writer, "0123456789abcdef", StringComparison.Ordinal), "04hkaps9lf6uu0000$1");
    }

    [GeneratedRegex("[0-9a-f]{64}")]
    private static partial Regex LongHash();

    [GeneratedRegex("(?:Writer .*\n|writer\":\")([0-9a-f]{16})")]
    private static partial Regex Writer();

    [GeneratedRegex("(?<![0-9a-v])[0-9a-v]{17}([0-9a-v]{15})(?![0-9a-v])")]
    private static partial Regex DocumentIds();

    [GeneratedRegex("(by the key )[0-9a-f]{16}")]
    private static partial Regex Key();
}
