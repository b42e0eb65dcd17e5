using System.Net.Http.Json;
using System.Text.Json;
using Coral.Audit.Search;
using Coral.Testing.Kit;

namespace Coral.Audit.Tests.Real;

/// <summary>The shipper against the kit's real server.</summary>
public sealed class RealElasticsearchTests(KitSearchFixture kit) : RealServerTests, IClassFixture<KitSearchFixture>
{
    /// <inheritdoc/>
    protected override KitSearch Server => kit.Server;

    /// <inheritdoc/>
    protected override IReadOnlyList<string> Lacks => ["type constant_keyword", "type match_only_text", "type scaled_float", "type wildcard"];

    [KitFact]
    public async Task Both_searches_find_the_same()
    {
        using var work = new Workspace();
        await using var spool = Open(work.Spool);
        var old = Samples.Decision(1).Timestamp.AddYears(-1);
        spool.Append(Samples.Full(1) with { Timestamp = old, Namespace = "both" });
        spool.Append(Samples.Decision(2, old.AddSeconds(1)) with { Namespace = "both", Decision = "skipped", Reason = "opted-out" });
        spool.Append(Samples.Decision(3, old.AddSeconds(2)) with { Namespace = "both", Name = "other" });
        using (var shipper = Shipper(spool, Server.Url)) await shipper.DrainAsync(default);
        await RefreshAsync();
        using var remote = new RemoteSearch(Server.Url, TimeProvider.System);
        var local = new LocalSearch(work.Spool);
        AuditQuery[] queries =
        [
            new(), new() { Outcome = "skipped" }, new() { Reason = "opted-out" }, new() { Variant = "ebpf-minimal" }, new() { Since = old.AddSeconds(1) }, new() { Text = "capabilities BPF" },
            new() { Text = "Injected sidecar" }, new() { Id = Samples.Uid(2) }, new() { Limit = 2 }, new() { Text = "nothing of the kind" },
        ];
        foreach (var query in queries.Select(query => query with { Namespace = "both" }))
        {
            var expected = await local.FindAsync(query).Select(record => record.DocumentId).ToListAsync();
            Assert.Equal(expected, await remote.FindAsync(query).Select(record => record.DocumentId).ToListAsync());
        }
    }

    [KitFact]
    public async Task The_server_keeps_a_full_document_as_it_was_written()
    {
        using var work = new Workspace();
        await using var spool = Open(work.Spool);
        var receipt = spool.Append(Samples.Full(77) with { DecisionId = "kept-77" });
        using (var shipper = Shipper(spool, Server.Url)) await shipper.DrainAsync(default);
        await RefreshAsync();
        using var http = new HttpClient { BaseAddress = Server.Url };
        var answer = await http.GetFromJsonAsync<JsonElement>("logs-coral.audit-default/_search?q=coral.decision.id:kept-77");
        var hit = Assert.Single(answer.GetProperty("hits").GetProperty("hits").EnumerateArray());
        Assert.Equal(receipt.Id, hit.GetProperty("_id").GetString());
        Assert.Equal(System.Text.Encoding.UTF8.GetString(work.Read()[0].Document.Span), hit.GetProperty("_source").GetRawText());
    }
}
