using Coral.Cli.Tests.AuditVerify;

namespace Coral.Cli.Tests.AuditShow;

public sealed class AuditShowTests
{
    private const string Fourth = "00000000-0000-4000-8000-000000000004";

    [Fact]
    public async Task A_document_is_shown_whole_with_its_place_in_the_chain()
    {
        using var spool = await ChainedSpool.Make();
        var run = await Coral.Run("audit", "show", Fourth, "--spool", spool.Path);
        Assert.Equal(("", 0), (run.Error, run.Code));
        Golden.Check("audit-show.txt", run.Out);
        var byDocument = await Coral.Run("audit", "show", spool.Documents[3].Id, "--spool", spool.Path);
        Assert.Equal(run.Out, byDocument.Out);
    }

    [Fact]
    public async Task JSON_is_the_stored_document_and_YAML_is_the_same_for_people()
    {
        using var spool = await ChainedSpool.Make();
        Assert.Equal(spool.Documents[3].Document + "\n", (await Coral.Run("audit", "show", Fourth, "--spool", spool.Path, "-o", "json")).Out);
        Assert.StartsWith("'@timestamp':", (await Coral.Run("audit", "show", Fourth, "--spool", spool.Path, "-o", "yaml")).Out.Replace('"', '\''), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_done_to_a_document_or_its_neighbours_shows()
    {
        using var spool = await ChainedSpool.Make();
        Assert.Equal(["none: it is the first", "as it was written", "linked"], await Chain(spool, 1));
        Assert.Equal(["linked", "as it was written", "not there"], await Chain(spool, ChainedSpool.Count));
        spool.Tamper((number, document) => number switch
        {
            4 => AuditVerifyTests.Edit(document),
            6 => ChainedSpool.Unlink(document),
            8 => null,
            _ => document,
        });
        Assert.Equal(["linked", "as it was written", "linked"], await Chain(spool, 3));
        Assert.Equal(["linked", "not what was written", "linked"], await Chain(spool, 4));
        Assert.Equal(["linked", "as it was written", "not linked"], await Chain(spool, 5));
        Assert.Equal(["not linked", "has no link, so nothing is proven", "not linked"], await Chain(spool, 6));
        Assert.Equal(["not linked", "as it was written", "not there"], await Chain(spool, 7));
    }

    [Fact]
    public async Task An_unknown_id_is_one_line_and_exit_1()
    {
        using var spool = await ChainedSpool.Make();
        var run = await Coral.Run("audit", "show", "nothing", "--spool", spool.Path);
        Assert.Equal((1, ""), (run.Code, run.Out));
        Assert.Equal($"coral: no document has the id nothing in {spool.Path}; see that --spool or --search is where it was recorded, and that it is not older than what is kept", Assert.Single(run.Complaints));
    }

    private static async Task<string[]> Chain(ChainedSpool spool, int number)
    {
        var run = await Coral.Run("audit", "show", $"00000000-0000-4000-8000-{number:D12}", "--spool", spool.Path);
        // Three lines: which, then the id and the number where there is one, and a word.
        return [.. run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^3..].Select(line => line[11..]).Select(value => value.Contains(", number ", StringComparison.Ordinal) ? value[(value.LastIndexOf(": ", StringComparison.Ordinal) + 2)..] : value)];
    }
}
