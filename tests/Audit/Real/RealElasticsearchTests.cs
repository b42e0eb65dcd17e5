using System.Net.Http.Json;
using System.Text.Json;
using Coral.Audit.Search;
using Coral.Audit.Shipping;
using Coral.Audit.Spool;
using Coral.Testing.Kit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Audit.Tests.Real;

/// <summary>The shipper against the kit's real server.</summary>
public sealed class RealElasticsearchTests(KitSearchFixture kit) : IClassFixture<KitSearchFixture>
{
    private const int Events = 20_000;

    [KitFact]
    public async Task Twenty_thousand_documents_are_each_found_once_though_the_server_is_killed_and_rolls_over_in_between()
    {
        using var work = new Workspace();
        await using var spool = Open(work);
        using var shipper = Shipper(spool);
        using var stop = new CancellationTokenSource();
        using var http = new HttpClient { BaseAddress = kit.Server.Url };
        var running = shipper.RunAsync(stop.Token);
        var ids = new HashSet<string>();
        await AppendAsync(spool, ids, Events / 4);
        await Wait.Until(() => spool.Metrics.Counts.Indexed > 0, "shipping has begun");
        await kit.Server.Kill();
        await AppendAsync(spool, ids, Events / 4);
        await kit.Server.Start();
        // An id is unique in one backing index only: a batch whose answer was lost must be sent again before the rollover (docs/concepts/audit.md).
        await Wait.Until(() => spool.Metrics.Counts.Pending == 0, "what the kill interrupted is sent again", () => $"{shipper.Status} {spool.Metrics.Counts}", patience: 6);
        (await http.PostAsync("logs-coral.audit-default/_rollover", null)).EnsureSuccessStatusCode();
        var before = spool.Metrics.Counts.Indexed;
        await AppendAsync(spool, ids, Events / 4);
        await Wait.Until(() => spool.Metrics.Counts.Indexed > before, "shipping goes on in the new index");
        await kit.Server.Kill();
        await kit.Server.Start();
        await AppendAsync(spool, ids, Events / 4);
        await Wait.Until(() => spool.Metrics.Counts.Pending == 0, "all is shipped", () => $"{shipper.Status} {spool.Metrics.Counts}", patience: 6);
        await stop.CancelAsync();
        await running;

        var counts = spool.Metrics.Counts;
        Assert.Equal(Events, counts.Accepted);
        Assert.Equal(counts.Accepted, counts.Indexed + counts.Duplicate);
        Assert.Equal(["type constant_keyword", "type match_only_text"], shipper.Status.Lacks.Order(StringComparer.Ordinal));
        (await http.PostAsync("logs-coral.audit-default/_refresh", null)).EnsureSuccessStatusCode();
        var found = new List<string>();
        using var search = new RemoteSearch(kit.Server.Url, TimeProvider.System);
        await foreach (var record in search.FindAsync(new AuditQuery { Limit = Events * 2, Namespace = "load" })) found.Add(record.DocumentId);
        Assert.Equal(ids.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }

    [KitFact]
    public async Task Both_searches_find_the_same()
    {
        using var work = new Workspace();
        await using var spool = Open(work);
        var old = Samples.Decision(1).Timestamp.AddYears(-1);
        spool.Append(Samples.Full(1) with { Timestamp = old, Namespace = "both" });
        spool.Append(Samples.Decision(2, old.AddSeconds(1)) with { Namespace = "both", Decision = "skipped", Reason = "opted-out" });
        spool.Append(Samples.Decision(3, old.AddSeconds(2)) with { Namespace = "both", Name = "other" });
        using (var shipper = Shipper(spool)) await shipper.DrainAsync(default);
        using var http = new HttpClient { BaseAddress = kit.Server.Url };
        (await http.PostAsync("logs-coral.audit-default/_refresh", null)).EnsureSuccessStatusCode();
        using var remote = new RemoteSearch(kit.Server.Url, TimeProvider.System);
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
        await using var spool = Open(work);
        var receipt = spool.Append(Samples.Full(77) with { DecisionId = "kept-77" });
        using (var shipper = Shipper(spool)) await shipper.DrainAsync(default);
        using var http = new HttpClient { BaseAddress = kit.Server.Url };
        (await http.PostAsync("logs-coral.audit-default/_refresh", null)).EnsureSuccessStatusCode();
        var answer = await http.GetFromJsonAsync<JsonElement>("logs-coral.audit-default/_search?q=coral.decision.id:kept-77");
        var hit = Assert.Single(answer.GetProperty("hits").GetProperty("hits").EnumerateArray());
        Assert.Equal(receipt.Id, hit.GetProperty("_id").GetString());
        Assert.Equal(System.Text.Encoding.UTF8.GetString(work.Read()[0].Document.Span), hit.GetProperty("_source").GetRawText());
    }

    private static AuditSpool Open(Workspace work) =>
        AuditSpool.Open(new SpoolOptions { Directory = work.Spool, HasShipper = true }, TimeProvider.System, NullLogger.Instance);

    private AuditShipper Shipper(AuditSpool spool) =>
        new(spool, new ShipperOptions { Url = kit.Server.Url, BatchDocuments = 500, BackoffMax = TimeSpan.FromSeconds(1) }, TimeProvider.System, NullLogger.Instance);

    private static async Task AppendAsync(AuditSpool spool, HashSet<string> ids, int count)
    {
        for (var i = 0; i < count; i++)
        {
            ids.Add((await spool.AppendAsync(Samples.Full(i) with { Namespace = "load", Timestamp = TimeProvider.System.GetUtcNow() })).Id);
            if (i % 500 == 0) await Task.Yield();
        }
    }
}
