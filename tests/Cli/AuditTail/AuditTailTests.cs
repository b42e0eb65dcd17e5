using Coral.Audit.Spool;
using Coral.Cli.Tests.AuditVerify;
using Coral.Testing;

namespace Coral.Cli.Tests.AuditTail;

public sealed class AuditTailTests
{
    [Fact]
    public async Task The_last_ones_come_oldest_first_a_line_each()
    {
        using var spool = await ChainedSpool.Make();
        var run = await Coral.Run("audit", "tail", "--spool", spool.Path, "--limit", "3");
        Assert.Equal(("", 0), (run.Error, run.Code));
        Golden.Check("audit-tail.txt", run.Out);
    }

    [Fact]
    public async Task It_has_the_conditions_of_the_search()
    {
        using var spool = await ChainedSpool.Make();
        var run = await Coral.Run("audit", "tail", "--spool", spool.Path, "--field", "orchestrator.resource.name=web-4", "-o", "json");
        Assert.Equal(spool.Documents[3].Document + "\n", run.Out);
        var nothing = await Coral.Run("audit", "tail", "--spool", spool.Path, "--until", "2026-11-21T12:00:00Z");
        Assert.Equal((1, "coral: nothing to show; ask for less, or see that --spool or --search is where decisions are recorded"), (nothing.Code, Assert.Single(nothing.Complaints)));
    }

    [Fact]
    public async Task With_f_each_line_comes_as_it_is_written_until_it_is_ended()
    {
        using var spool = await ChainedSpool.Make();
        using var end = new CancellationTokenSource();
        await using var screen = new Screen();
        var running = CoralCommand.RunAsync(
            ["audit", "tail", "-f", "--spool", spool.Path, "--limit", "2", "-o", "json"],
            new Terminal { OpenInput = () => Stream.Null, Out = screen, Error = TextWriter.Null, Time = TimeProvider.System },
            end.Token);
        await screen.Shows(2);
        await spool.AppendAsync(2);
        await screen.Shows(4);
        await spool.AppendAsync(1);
        await screen.Shows(5);
        await end.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Equal(spool.Documents[^5..].Select(document => document.Document), screen.Lines);
    }

    /// <summary>Standard output whose reader sees only what was flushed.</summary>
    private sealed class Screen : StringWriter
    {
        private readonly SemaphoreSlim changed = new(0);
        private string flushed = "";

        public Screen() => NewLine = "\n";

        public string[] Lines => flushed.Split('\n', StringSplitOptions.RemoveEmptyEntries);

        public override Task FlushAsync(CancellationToken cancellationToken)
        {
            flushed = ToString();
            changed.Release();
            return Task.CompletedTask;
        }

        public async Task Shows(int lines)
        {
            while (Lines.Length < lines) Assert.True(await changed.WaitAsync(TimeSpan.FromSeconds(60)), $"waited in vain for {lines} lines:\n{flushed}");
        }
    }
}
