using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Coral.Audit.Events;
using Coral.Audit.Shipping;
using Coral.Audit.Spool;
using Coral.Audit.Tests.Events;
using Coral.Testing.Kit;

namespace Coral.Audit.Tests.Real;

/// <summary>Documents that a server could stumble over, on a real one.</summary>
public abstract partial class RealServerTests
{
    [KitFact]
    public async Task Case_11_what_does_not_fit_the_mapping_is_stored_in_a_lesser_form_and_what_is_no_json_is_kept_and_none_holds_up_the_others()
    {
        const int Count = 500;
        using var work = new Workspace();
        await using var spool = Open(work.Spool);
        var ids = new List<string>();
        for (var i = 1; i <= Count; i++)
        {
            // A request that ends before its time: what follows it is text where the mapping has an object.
            var request = i switch
            {
                100 => "{},\"pss\":\"no object\"",
                400 => "{\"broken\":",
                _ => "{}",
            };
            ids.Add(spool.Append(Samples.Decision(i) with { Namespace = "misfits", Request = Encoding.UTF8.GetBytes(request), Timestamp = TimeProvider.System.GetUtcNow() }).Id);
        }

        using (var shipper = Shipper(spool, Server.Url, options => options with { Requests = 4, BatchDocuments = 125 })) await shipper.DrainAsync(default);
        var counts = spool.Metrics.Counts;
        Assert.Equal((Count - 1, 1, 0, 0), (counts.Indexed, counts.DeadLetter, counts.Pending, counts.Ambiguous));
        Assert.Equal(ids[399], Assert.Single(SpoolReader.Open(Path.Combine(work.Spool, "deadletter")).Forward()).Id);
        await RefreshAsync();
        using var http = new HttpClient { BaseAddress = Server.Url };
        var lesser = await http.GetFromJsonAsync<JsonElement>($"logs-coral.audit-default/_search?q=event.kind:pipeline_error AND coral.writer:{spool.Identity.Writer:x16}");
        Assert.Equal(ids[99], Assert.Single(lesser.GetProperty("hits").GetProperty("hits").EnumerateArray()).GetProperty("_id").GetString());
        Assert.Equal(Count - 1, await CountAsync(http, AuditStream.Audit, spool));
    }

    [KitTheory]
    [InlineData(StreamClass.Audit)]
    [InlineData(StreamClass.Samples)]
    public async Task Case_26_the_server_stores_any_event_of_any_type(StreamClass kind)
    {
        const int Rounds = 12;
        using var work = new Workspace();
        await using var spool = Open(work.Spool, kind);
        AuditEvent[] samples = [.. EventSamples.Of(kind)];
        for (var number = 0; number < Rounds * samples.Length; number++) spool.Append(OddEvents.Make(samples[number % samples.Length], number));

        using (var shipper = Shipper(spool, Server.Url)) await shipper.DrainAsync(default);
        Assert.Equal("", string.Join('\n', Refusals(work.Spool)));
        Assert.Equal((Rounds * samples.Length, 0, 0), (spool.Metrics.Counts.Indexed, spool.Metrics.Counts.DeadLetter, spool.Metrics.Counts.Ambiguous));
        using var http = new HttpClient { BaseAddress = Server.Url };
        var (stored, lesser) = (0L, 0L);
        foreach (var stream in AuditStream.All.Where(stream => stream.Class == kind))
        {
            (await http.PostAsync(stream.Name + "/_refresh", null)).EnsureSuccessStatusCode();
            stored += await CountAsync(http, stream, spool);
            lesser += await CountAsync(http, stream, spool, " AND event.kind:pipeline_error");
        }

        // The last form: for labels that no API server takes, and a request that is too deep for the server's parser.
        Assert.Equal((Rounds * samples.Length, true), (stored, lesser <= Rounds * samples.Length / 10));
    }

    private static async Task<long> CountAsync(HttpClient http, AuditStream stream, AuditSpool spool, string and = "") =>
        (await http.GetFromJsonAsync<JsonElement>($"{stream.Name}/_count?q=coral.writer:{spool.Identity.Writer:x16}{and}")).GetProperty("count").GetInt64();

    private static string[] Refusals(string folder)
    {
        var file = Path.Combine(folder, "deadletter", "reasons.jsonl");
        return File.Exists(file) ? File.ReadAllLines(file) : [];
    }
}
