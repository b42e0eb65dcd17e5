using Coral.Audit.Events;
using Coral.Audit.Spool;
using Coral.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Cli.Tests.AuditSearch;

public sealed class AuditSearchTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new FakeTimeProvider().GetUtcNow();
    private readonly Folder folder = new();

    [Fact]
    public async Task Decisions_come_newest_first_in_columns()
    {
        await Record();
        var run = await Coral.Run("audit", "search", "--spool", folder.Path);
        Assert.Equal(("", 0), (run.Error, run.Code));
        Golden.Check("audit-search.txt", run.Out);
    }

    [Fact]
    public async Task Every_condition_narrows()
    {
        await Record();
        Assert.Equal(3, await Count());
        Assert.Equal(1, await Count("--namespace", "bank"));
        Assert.Equal(1, await Count("--outcome", "denied"));
        Assert.Equal(1, await Count("--reason", "mode-not-granted"));
        Assert.Equal(1, await Count("--variant", "ebpf-minimal"));
        Assert.Equal(1, await Count("--since", "90m"));
        Assert.Equal(2, await Count("--since", "2026-11-21T10:00:00Z"));
        Assert.Equal(1, await Count("--text", "No LABEL"));
        Assert.Equal(1, await Count("--id", "00000000-0000-4000-8000-000000000002"));
        Assert.Equal(2, await Count("--limit", "2"));
        Assert.Equal(0, await Count("--namespace", "shop", "--outcome", "denied"));
    }

    [Fact]
    public async Task JSON_is_a_stored_document_a_line()
    {
        await Record();
        var stored = SpoolReader.Open(folder.Path).Backward().Select(frame => System.Text.Encoding.UTF8.GetString(frame.Document.Span).TrimEnd('\n'));
        var run = await Coral.Run("audit", "search", "--spool", folder.Path, "-o", "json");
        Assert.Equal(stored, run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public async Task Nothing_found_exits_with_1_and_one_line()
    {
        await Record();
        var run = await Coral.Run("audit", "search", "--spool", folder.Path, "--namespace", "nowhere");
        Assert.Equal(("", 1), (run.Out, run.Code));
        Assert.StartsWith("coral: nothing found", Assert.Single(run.Complaints));
    }

    [Fact]
    public async Task Ids_are_cut_on_a_narrow_screen_only()
    {
        await Record();
        const string Id = "00000000-0000-4000-8000-000000000002";
        Assert.Contains(Id, (await Coral.RunOn(200, "", "audit", "search", "--spool", folder.Path)).Out);
        var narrow = (await Coral.RunOn(120, "", "audit", "search", "--spool", folder.Path)).Out;
        Assert.DoesNotContain(Id, narrow);
        Assert.Contains("00000000…", narrow);
    }

    [Fact]
    public async Task A_spool_or_server_that_is_not_there_is_one_line()
    {
        var spool = await Coral.Run("audit", "search", "--spool", "nowhere");
        Assert.Equal("coral: nowhere: no such folder; give the --spool folder of a process that runs or ran.", Assert.Single(spool.Complaints));
        Assert.Equal(2, spool.Code);
        var server = await Coral.Run("audit", "search", "--search", "http://127.0.0.1:1");
        Assert.Contains("127.0.0.1:1", Assert.Single(server.Complaints));
        Assert.Equal(3, server.Code);
    }

    public void Dispose() => folder.Dispose();

    private async Task<int> Count(params string[] conditions)
    {
        var run = await Coral.Run(["audit", "search", "--spool", folder.Path, "-o", "json", .. conditions]);
        Assert.Equal(run.Lines.Count == 0 ? 1 : 0, run.Code);
        return run.Lines.Count;
    }

    private async Task Record()
    {
        await using var spool = AuditSpool.Open(new SpoolOptions { Directory = folder.Path }, new FakeTimeProvider(), NullLogger.Instance);
        spool.Append(Decision(1, TimeSpan.FromHours(3)) with { Warnings = ["coral: namespace shop has no label"] });
        spool.Append(Decision(2, TimeSpan.FromHours(2)) with { Namespace = "bank", Decision = "denied", Reason = "mode-not-granted", Variant = null, Form = null, Name = null, GenerateName = "ledger-" });
        spool.Append(Decision(3, TimeSpan.FromHours(1)) with { Decision = "skipped", Action = "sidecar-skip", Reason = "opted-out", Variant = null, Form = null, Level = null });
    }

    private static DecisionEvent Decision(int number, TimeSpan ago) => new()
    {
        Timestamp = Noon - ago,
        Origin = new AuditOrigin { Service = "coral-webhook", Version = "0.1.0", Node = "webhook-0", ClusterName = "kit", ClusterId = "0f7c0d0e-1111-4222-8333-444455556666" },
        DecisionId = $"00000000-0000-4000-8000-{number:D12}",
        Uid = $"00000000-0000-4000-8000-{number:D12}",
        Operation = "CREATE",
        Decision = "injected",
        Reason = "proved-minimal",
        Action = "sidecar-inject",
        Variant = "ebpf-minimal",
        Form = "native",
        Namespace = "shop",
        Name = $"web-{number}",
        Level = "privileged",
    };
}
