using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Coral.Audit.Bootstrap;
using Coral.Audit.Chain;
using Coral.Audit.Search;
using Coral.Audit.Shipping;
using Coral.Audit.Spool;
using Coral.Audit.Tests.Chain.Checkpoints;
using Coral.Testing.Kit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Audit.Tests.Real;

/// <summary>Each document once, whatever happens to the server and to answers on their way: the same for each kind of server.</summary>
public abstract partial class RealServerTests
{
    private const int Rounds = 4;
    private const int Batch = 500;

    private static ulong writers;

    private static int Events => int.TryParse(Environment.GetEnvironmentVariable("CORAL_REAL_EVENTS"), NumberStyles.None, CultureInfo.InvariantCulture, out var given) ? given : 20_000;

    /// <summary>The kit's server.</summary>
    protected abstract KitSearch Server { get; }

    /// <summary>What it lacks of what we would use.</summary>
    protected abstract IReadOnlyList<string> Lacks { get; }

    [KitFact]
    public async Task Case_28_many_documents_are_each_found_once_though_the_server_is_killed_and_rolls_over_in_between()
    {
        var random = new Random(8);
        using var work = new Workspace();
        await using var spool = Open(work.Spool);
        using var shipper = Shipper(spool, Server.Url, options => options with { Requests = 4, BatchDocuments = 5000 });
        using var stop = new CancellationTokenSource();
        var running = shipper.RunAsync(stop.Token);
        var ids = new List<string>();
        for (var round = 0; round < Rounds; round++)
        {
            var before = spool.Metrics.Counts.Indexed;
            ids.AddRange(await AppendAsync(spool, Events / Rounds / 2, "load"));
            await Wait.Until(() => spool.Metrics.Counts.Indexed > before, "shipping is under way", () => $"{shipper.Status} {spool.Metrics.Counts}", patience: 2);
            if (random.Next(3) == 0) await RolloverAsync();
            await Server.Kill();
            ids.AddRange(await AppendAsync(spool, Events / Rounds / 2, "load"));
            await Server.Start();
            // At once: the shipper has not yet sent again what the kill interrupted, and the shards may not have started.
            for (var i = random.Next(3); i > 0; i--) await RolloverAsync();
        }

        await Wait.Until(() => spool.Metrics.Counts.Pending == 0, "all is shipped", () => $"{shipper.Status} {spool.Metrics.Counts}", patience: 6);
        await stop.CancelAsync();
        await running;
        Assert.Equal(Lacks, shipper.Status.Lacks.Order(StringComparer.Ordinal));
        AssertIdentity(spool, Events);
        await AssertOnceAsync(ids, "load");
    }

    [KitTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Documents_whose_answer_was_lost_are_stored_once_though_the_stream_rolls_over_before_they_are_sent_again(bool kill)
    {
        var space = $"lost-{kill}";
        using var work = new Workspace();
        await using var spool = Open(work.Spool);
        await using var proxy = await BulkProxy.StartAsync(Server.Url);
        var lose = kill ? 1 : 2;
        var number = 0;
        proxy.OnAnswer = async () =>
        {
            // The first, and then every second one.
            if (number++ % 2 == 1 || number / 2 >= lose) return false;
            if (kill)
            {
                await Server.Kill();
                await Server.Start();
            }

            await RolloverAsync();
            return true;
        };
        var ids = await AppendAsync(spool, 4 * Batch, space);
        using (var shipper = Shipper(spool, proxy.Url)) await shipper.DrainAsync(default);
        AssertIdentity(spool, 4 * Batch);
        Assert.Equal(((4 - lose) * Batch, lose * Batch, lose), (spool.Metrics.Counts.Indexed, spool.Metrics.Counts.Duplicate, spool.Metrics.Counts.Ambiguous));
        await AssertOnceAsync(ids, space);
    }

    [KitFact]
    public async Task A_new_life_on_the_spool_stores_nothing_twice_though_the_stream_rolled_over_since_the_crash()
    {
        using var work = new Workspace();
        using var after = new Workspace();
        await using var proxy = await BulkProxy.StartAsync(Server.Url);
        var ids = new List<string>();
        await using (var spool = Open(work.Spool))
        {
            using var stop = new CancellationTokenSource();
            var number = 0;
            proxy.OnAnswer = async () =>
            {
                if (++number != 2) return false;
                // The folder as a crash at this moment leaves it.
                foreach (var file in Directory.GetFiles(work.Spool).Where(file => Path.GetFileName(file) != "lock")) File.Copy(file, Path.Combine(after.Spool, Path.GetFileName(file)));
                await stop.CancelAsync();
                return true;
            };
            ids.AddRange(await AppendAsync(spool, 4 * Batch, "crash"));
            using var shipper = Shipper(spool, proxy.Url, options => options with { ShutdownTimeout = TimeSpan.Zero });
            await shipper.DrainAsync(stop.Token);
        }

        await RolloverAsync();
        await using var again = Open(after.Spool);
        ids.AddRange(await AppendAsync(again, Batch, "crash"));
        using (var shipper = Shipper(again, Server.Url, options => options with { BatchDocuments = 300 })) await shipper.DrainAsync(default);
        AssertIdentity(again, 4 * Batch);
        Assert.Equal((3 * Batch, Batch), (again.Metrics.Counts.Indexed, again.Metrics.Counts.Duplicate));
        await AssertOnceAsync(ids, "crash");
    }

    [KitFact]
    public async Task Documents_that_the_server_is_still_storing_when_we_give_up_are_stored_once_though_the_stream_rolls_over()
    {
        const int Count = 20_000;
        using var work = new Workspace();
        await using var spool = Open(work.Spool);
        await using var proxy = await BulkProxy.StartAsync(Server.Url);
        var cuts = 0;
        var requests = 0;
        var rollovers = new List<Task>();
        proxy.OnRequest = async () =>
        {
            // The first one makes the stream.
            if (requests++ == 0 || cuts >= 6) return false;
            cuts++;
            // The new index comes while the request is at work.
            await AtWorkAsync(spool);
            rollovers.Add(RolloverAsync());
            return true;
        };
        var ids = await AppendAsync(spool, Count, "late");
        using (var shipper = Shipper(spool, proxy.Url, options => options with { BatchDocuments = 5000, BackoffFirst = TimeSpan.FromMilliseconds(1) }))
            await shipper.DrainAsync(default);
        await Task.WhenAll(rollovers);
        AssertIdentity(spool, Count);
        Assert.Equal(cuts, spool.Metrics.Counts.Ambiguous);
        await AssertOnceAsync(ids, "late");
    }

    [KitFact]
    public async Task A_chain_is_whole_on_the_server_and_what_is_done_to_it_there_is_found()
    {
        using var work = new Workspace();
        await using var spool = Open(work.Spool);
        var ids = await AppendAsync(spool, 3 * Batch, "chain");
        using (var shipper = Shipper(spool, Server.Url)) await shipper.DrainAsync(default);
        await RefreshAsync();
        var writer = $"{spool.Identity.Writer:x16}";
        var (chain, findings) = await CheckAsync(writer);
        Assert.Empty(findings);
        Assert.Equal(ChainSource.CheckSpool(work.Spool).Chains[0], chain);
        Assert.Equal(3 * Batch, chain.Proven);

        var index = await IndexOfAsync(ids[100]);
        using var http = new HttpClient { BaseAddress = Server.Url };
        using var edit = new StringContent("""{"doc":{"event":{"reason":"nothing-to-see-here"}}}""", System.Text.Encoding.UTF8, "application/json");
        (await http.PostAsync($"{index}/_update/{ids[100]}", edit)).EnsureSuccessStatusCode();
        (await http.DeleteAsync($"{await IndexOfAsync(ids[200])}/_doc/{ids[200]}")).EnsureSuccessStatusCode();
        await RefreshAsync();
        (chain, findings) = await CheckAsync(writer);
        Assert.Equal([(ChainFault.Edited, 101ul), (ChainFault.Missing, 202ul)], findings.Select(finding => (finding.Fault, finding.Sequence)));
        Assert.Equal(3 * Batch - 3, chain.Proven);
    }

    [KitTheory]
    [InlineData("edit", ChainFault.Rewritten)]
    [InlineData("delete", ChainFault.Rewritten)]
    [InlineData("reorder", ChainFault.Unlinked)]
    [InlineData("cut off", ChainFault.Truncated)]
    [InlineData("forge a checkpoint", ChainFault.Forged)]
    [InlineData("replay a checkpoint", ChainFault.Replayed)]
    public async Task Whoever_can_write_the_server_and_makes_all_links_anew_is_found(string deed, ChainFault fault)
    {
        // Of its own, so that what one case leaves behind is nothing to the others.
        var number = Workspace.Writer + Interlocked.Increment(ref writers);
        using var scene = new SealedSpool(number);
        await scene.LiveAsync(20);
        await using (var spool = Open(scene.Work.Spool))
        using (var shipper = Shipper(spool, Server.Url)) await shipper.DrainAsync(default);
        await RefreshAsync();
        var check = new ChainCheck { Keys = scene.Held.Keys, Place = scene.Place, Now = scene.Work.Clock.GetUtcNow().AddHours(1), IsServer = true };
        var writer = $"{number:x16}";
        var (chain, findings) = await CheckAsync(writer, check);
        Assert.Empty(findings);
        var checkpoints = scene.Checkpoints;
        Assert.Equal((scene.Documents.Count, (ulong)scene.Documents.Count - 1), (chain.Documents, chain.Seal.UpTo));

        var documents = scene.Documents;
        var at = (int)checkpoints[2].At - 1;
        List<(string Id, byte[] Document)> made = deed switch
        {
            "edit" => Forger.Relink([.. documents[..30], Forger.Edit(documents[30]), .. documents[31..]], 30),
            "delete" => Forger.Relink([.. documents[..30], .. documents[31..]], 30, renumber: true),
            "reorder" => Forger.Relink([.. documents[..30], documents[31] with { Id = documents[30].Id }, documents[30] with { Id = documents[31].Id }, .. documents[32..]], 30),
            "cut off" => documents[..30],
            "forge a checkpoint" => Forger.Relink([.. documents[..at], Forger.Put(documents[at], checkpoints[2].Checkpoint with { Statement = checkpoints[2].Checkpoint.Statement with { Count = 1 } }), .. documents[(at + 1)..]], at),
            _ => Forger.Relink([.. documents[..at], Forger.Put(documents[at], checkpoints[1].Checkpoint), .. documents[(at + 1)..]], at),
        };
        await ReplaceAsync(writer, made);
        (_, findings) = await CheckAsync(writer, check);
        // What was made anew can be told to a minute, what is a checkpoint or an end exactly.
        Assert.Equal((fault, fault == ChainFault.Rewritten ? checkpoints[1].At : fault is ChainFault.Truncated or ChainFault.Unlinked ? 31ul : checkpoints[2].At), (findings[0].Fault, findings[0].Sequence));
        Assert.Contains(findings[0].Id, findings[0].Message, StringComparison.Ordinal);
    }

    [KitFact]
    public async Task A_stream_of_an_older_template_is_rolled_over_to_the_new_one_before_anything_is_shipped()
    {
        using var work = new Workspace();
        await using var spool = Open(work.Spool);
        await AppendAsync(spool, 1, "older");
        using (var shipper = Shipper(spool, Server.Url)) await shipper.DrainAsync(default);
        await RefreshAsync();
        using var http = new HttpClient { BaseAddress = Server.Url };
        var before = await BackingIndicesAsync(http);
        using var older = new StringContent(new TemplateBodies(AuditStream.Audit).IndexTemplate("older", [], streamLifecycle: false), System.Text.Encoding.UTF8, "application/json");
        (await http.PutAsync("_index_template/logs-coral.audit", older)).EnsureSuccessStatusCode();

        var id = Assert.Single(await AppendAsync(spool, 1, "newer"));
        using (var shipper = Shipper(spool, Server.Url)) await shipper.DrainAsync(default);
        await RefreshAsync();
        var after = await BackingIndicesAsync(http);
        Assert.Equal(before.Count + 1, after.Count);
        Assert.Equal(after[^1], await IndexOfAsync(id));
    }

    private protected static AuditSpool Open(string folder, StreamClass @class = StreamClass.Audit) =>
        AuditSpool.Open(new SpoolOptions { Directory = folder, HasShipper = true, Class = @class }, TimeProvider.System, NullLogger.Instance);

    /// <summary>With one request at a time, so that it is known which batch a fault hits.</summary>
    private protected static AuditShipper Shipper(AuditSpool spool, Uri url, Func<ShipperOptions, ShipperOptions>? change = null)
    {
        var options = new ShipperOptions { Url = url, BatchDocuments = Batch, BackoffMax = TimeSpan.FromSeconds(1), Requests = 1 };
        return new(spool, change is null ? options : change(options), TimeProvider.System, NullLogger.Instance);
    }

    private protected async Task RefreshAsync()
    {
        using var http = new HttpClient { BaseAddress = Server.Url };
        (await http.PostAsync("logs-coral.audit-default/_refresh", null)).EnsureSuccessStatusCode();
    }

    private static async Task<List<string>> AppendAsync(AuditSpool spool, int count, string space)
    {
        var ids = new List<string>();
        for (var i = 0; i < count; i++)
        {
            ids.Add((await spool.AppendAsync(Samples.Full(i) with { Namespace = space, Timestamp = TimeProvider.System.GetUtcNow() })).Id);
            if (i % 500 == 0) await Task.Yield();
        }

        return ids;
    }

    private static void AssertIdentity(AuditSpool spool, long accepted)
    {
        var counts = spool.Metrics.Counts;
        Assert.Equal((accepted, accepted, 0, 0), (counts.Accepted, counts.Indexed + counts.Duplicate, counts.Pending, counts.Unverified));
    }

    /// <summary>Waits until the server has begun a bulk request of the spool's; not for long, because it may have ended already.</summary>
    private async Task AtWorkAsync(AuditSpool spool)
    {
        using var http = new HttpClient { BaseAddress = Server.Url };
        for (var look = 0; look < 500; look++)
        {
            if ((await http.GetStringAsync("_tasks?actions=indices:data/write/bulk*")).Contains($"coral-{spool.Identity.Writer:x16}", StringComparison.Ordinal)) return;
        }
    }

    /// <summary>Takes all documents of a writer off the server and puts others there.</summary>
    private async Task ReplaceAsync(string writer, List<(string Id, byte[] Document)> documents)
    {
        using var http = new HttpClient { BaseAddress = Server.Url };
        var found = await http.GetFromJsonAsync<JsonElement>($"logs-coral.audit-default/_search?size=1000&q=coral.writer:{writer}");
        var deletes = string.Concat(found.GetProperty("hits").GetProperty("hits").EnumerateArray().Select(hit => """{"delete":{"_index":"INDEX","_id":"ID"}}""".Replace("INDEX", hit.GetProperty("_index").GetString(), StringComparison.Ordinal).Replace("ID", hit.GetProperty("_id").GetString(), StringComparison.Ordinal) + "\n"));
        using var gone = new StringContent(deletes, System.Text.Encoding.UTF8, "application/x-ndjson");
        (await http.PostAsync("_bulk?refresh=true", gone)).EnsureSuccessStatusCode();
        if (documents.Count == 0) return;
        var body = string.Concat(documents.Select(each => """{"create":{"_id":"ID"}}""".Replace("ID", each.Id, StringComparison.Ordinal) + "\n" + System.Text.Encoding.UTF8.GetString(each.Document) + "\n"));
        using var bulk = new StringContent(body, System.Text.Encoding.UTF8, "application/x-ndjson");
        var answer = await http.PostAsync("logs-coral.audit-default/_bulk?refresh=true", bulk);
        Assert.Contains("\"errors\":false", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    private async Task<(ChainSummary Chain, List<ChainFinding> Findings)> CheckAsync(string writer, ChainCheck? check = null)
    {
        var report = await ChainSource.CheckServerAsync(Server.Url, TimeProvider.System, check: check);
        return (report.Chains.Single(chain => chain.Writer == writer), [.. report.Findings.Where(finding => finding.Message.Contains(writer, StringComparison.Ordinal))]);
    }

    private async Task<string> IndexOfAsync(string id)
    {
        using var http = new HttpClient { BaseAddress = Server.Url };
        var answer = await http.GetFromJsonAsync<JsonElement>($"logs-coral.audit-default/_search?q=event.id:{id}");
        return Assert.Single(answer.GetProperty("hits").GetProperty("hits").EnumerateArray()).GetProperty("_index").GetString()!;
    }

    private static async Task<List<string>> BackingIndicesAsync(HttpClient http)
    {
        var answer = await http.GetFromJsonAsync<JsonElement>("_data_stream/logs-coral.audit-default");
        return [.. answer.GetProperty("data_streams")[0].GetProperty("indices").EnumerateArray().Select(index => index.GetProperty("index_name").GetString()!)];
    }

    private async Task RolloverAsync()
    {
        using var http = new HttpClient { BaseAddress = Server.Url };
        (await http.PostAsync("logs-coral.audit-default/_rollover", null)).EnsureSuccessStatusCode();
    }

    private async Task AssertOnceAsync(List<string> ids, string space)
    {
        await RefreshAsync();
        var found = new List<string>();
        using var search = new RemoteSearch(Server.Url, TimeProvider.System);
        await foreach (var record in search.FindAsync(new AuditQuery { Limit = ids.Count * 2, Namespace = space })) found.Add(record.DocumentId);
        Assert.Equal(ids.Order(StringComparer.Ordinal), found.Order(StringComparer.Ordinal));
    }
}
