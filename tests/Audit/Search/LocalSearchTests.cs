using Coral.Audit.Search;

namespace Coral.Audit.Tests.Search;

public sealed class LocalSearchTests
{
    [Fact]
    public async Task The_newest_come_first_and_no_more_than_asked_for()
    {
        using var work = new Workspace();
        await work.Fill(30, options => options with { SegmentBytes = 8 * 1024 });
        var found = await Find(work, new AuditQuery { Limit = 3 });
        Assert.Equal(["web-30", "web-29", "web-28"], found.Select(record => record.Name));
        Assert.Equal(30, (await Find(work, new AuditQuery())).Count);
    }

    [Fact]
    public async Task Each_condition_narrows_the_search()
    {
        using var work = new Workspace();
        await using var spool = work.Open();
        spool.Append(Samples.Decision(1));
        spool.Append(Samples.Decision(2) with { Namespace = "bank", Decision = "skipped", Reason = "opted-out", Variant = null, Action = "sidecar-skip" });
        spool.Append(Samples.Full(3));
        spool.Append(Samples.Decision(4, work.Clock.GetUtcNow().AddHours(2)) with { Variant = "restricted", Namespace = "odd \"name\"" });

        Assert.Equal(["web-2"], await Names(work, new AuditQuery { Namespace = "bank" }));
        Assert.Equal(["web-4"], await Names(work, new AuditQuery { Namespace = "odd \"name\"" }));
        Assert.Equal(["web-2"], await Names(work, new AuditQuery { Outcome = "skipped" }));
        Assert.Equal(["web-2"], await Names(work, new AuditQuery { Reason = "opted-out" }));
        Assert.Equal(["web-4"], await Names(work, new AuditQuery { Variant = "restricted" }));
        Assert.Equal(["web-4"], await Names(work, new AuditQuery { Since = work.Clock.GetUtcNow().AddHours(1) }));
        Assert.Equal(["web-3"], await Names(work, new AuditQuery { Text = "capabilities BPF" }));
        Assert.Equal(["web-2"], await Names(work, new AuditQuery { Text = "SKIPPED pod" }));
        Assert.Equal(["web-1"], await Names(work, new AuditQuery { Id = Samples.Uid(1) }));
        Assert.Equal(["web-3", "web-1"], await Names(work, new AuditQuery { Namespace = "shop", Outcome = "injected", Text = "ebpf-minimal" }));
        Assert.Empty(await Names(work, new AuditQuery { Namespace = "shop", Outcome = "denied" }));
    }

    [Fact]
    public async Task A_record_shows_what_a_list_needs_and_the_whole_document()
    {
        using var work = new Workspace();
        await using var spool = work.Open();
        var receipt = spool.Append(Samples.Full(1));
        var record = Assert.Single(await Find(work, new AuditQuery { Id = receipt.Id }));
        Assert.Equal((receipt.Id, Samples.Uid(1), "injected", "privileged-floor-minimal", "ebpf-minimal", "native"), (record.DocumentId, record.DecisionId, record.Outcome, record.Reason, record.Variant, record.Form));
        Assert.Equal(("shop", "pod", "web-1", "sidecar-inject", work.Clock.GetUtcNow()), (record.Namespace, record.ResourceType, record.Name, record.Action, record.Timestamp));
        Assert.Equal(7, record.Document.GetProperty("coral").GetProperty("injection").GetProperty("patch_ops").GetInt32());
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_one_clear_line()
    {
        using var work = new Workspace();
        var error = await Assert.ThrowsAsync<DirectoryNotFoundException>(async () => await new LocalSearch(work.Spool + "/none").FindAsync(new AuditQuery()).ToListAsync());
        Assert.Contains("none: no such folder", error.Message);
    }

    private static async Task<IEnumerable<string?>> Names(Workspace work, AuditQuery query) => (await Find(work, query)).Select(record => record.Name);

    private static async Task<List<AuditRecord>> Find(Workspace work, AuditQuery query) => await new LocalSearch(work.Spool).FindAsync(query).ToListAsync();
}
