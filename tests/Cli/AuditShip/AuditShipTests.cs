using Coral.Audit.Spool;
using Coral.Cli.Tests.AuditVerify;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Cli.Tests.AuditShip;

public sealed class AuditShipTests
{
    [Fact]
    public async Task A_spool_that_a_process_has_open_is_refused()
    {
        using var spool = await ChainedSpool.Make();
        await using var writer = AuditSpool.Open(new SpoolOptions { Directory = spool.Path }, TimeProvider.System, NullLogger.Instance);
        var run = await Coral.Run("audit", "ship", "--spool", spool.Path, "--search", "http://127.0.0.1:1");
        Assert.Equal((2, ""), (run.Code, run.Out));
        Assert.Contains($"in use by process {Environment.ProcessId}", Assert.Single(run.Complaints));
    }

    [Fact]
    public async Task A_folder_that_is_no_spool_is_refused_and_left_as_it_is()
    {
        using var folder = new Folder();
        var run = await Coral.Run("audit", "ship", "--spool", folder.Path, "--search", "http://127.0.0.1:1");
        Assert.Equal((2, $"coral: {folder.Path}: no spool is there; give the --spool folder of a process that ran"), (run.Code, Assert.Single(run.Complaints)));
        Assert.Empty(Directory.EnumerateFileSystemEntries(folder.Path));
    }

    [Fact]
    public async Task A_server_that_takes_nothing_ends_it_with_3_and_all_stays()
    {
        using var spool = await ChainedSpool.Make();
        var before = spool.Documents;
        var run = await Coral.RunAt(TimeProvider.System, null, "", "audit", "ship", "--spool", spool.Path, "--search", "http://user:secret@127.0.0.1:1", "--wait", "0s", "-o", "json");
        Assert.Equal(3, run.Code);
        Assert.Equal("""{"accepted":9,"indexed":0,"duplicate":0,"deadletter":0,"expired":0,"corrupt":0,"pending":9}""" + "\n", run.Out);
        Assert.Contains("9 documents stay in the spool: run it again", Assert.Single(run.Complaints));
        Assert.DoesNotContain("secret", run.Error);
        Assert.Equal(before, spool.Documents);
    }

    [Fact]
    public async Task Refused_documents_are_listed_and_none_is_a_line()
    {
        using var spool = await ChainedSpool.Make();
        var run = await Coral.Run("audit", "deadletter", "list", "--spool", spool.Path);
        Assert.Equal((0, "", "coral: no document was refused"), (run.Code, run.Out, Assert.Single(run.Complaints)));
        var replay = await Coral.Run("audit", "deadletter", "replay", "--spool", spool.Path, "--search", "http://127.0.0.1:1");
        Assert.Equal((0, "0 refused documents: 0 stored, 0 were there already, 0 refused again, 0 left.\n", ""), (replay.Code, replay.Out, replay.Error));
    }
}
