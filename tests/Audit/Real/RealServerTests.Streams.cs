using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Audit.Bootstrap;
using Coral.Audit.Shipping;
using Coral.Audit.Spool;
using Coral.Audit.Tests.Events;
using Coral.Testing.Kit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Audit.Tests.Real;

/// <summary>The streams and their fields, on a real server.</summary>
public abstract partial class RealServerTests
{
    [KitFact]
    public async Task One_event_of_each_type_is_stored_whole_and_each_of_its_fields_is_found_and_counted()
    {
        using var http = new HttpClient { BaseAddress = Server.Url };
        foreach (var streams in AuditStream.All.GroupBy(stream => stream.Class))
        {
            using var work = new Workspace();
            await using var spool = Open(work.Spool, streams.Key);
            foreach (var e in EventSamples.Of(streams.Key)) spool.Append(e);
            using (var shipper = Shipper(spool, Server.Url)) await shipper.DrainAsync(default);
            Assert.Equal((EventSamples.Of(streams.Key).Count(), 0), (spool.Metrics.Counts.Indexed, spool.Metrics.Counts.DeadLetter));
            var documents = work.Read().ToLookup(frame => frame.Stream, frame => JsonElement.Parse(frame.Document.Span));
            Assert.Equal(streams.Select(stream => stream.Name).Order(StringComparer.Ordinal), documents.Select(stream => stream.Key).Order(StringComparer.Ordinal));
            foreach (var stream in streams)
            {
                (await http.PostAsync(stream.Name + "/_refresh", null)).EnsureSuccessStatusCode();
                await AssertFoundAsync(http, stream, $"{spool.Identity.Writer:x16}", [.. documents[stream.Name]]);
            }
        }
    }

    [KitFact]
    public async Task A_second_start_writes_nothing()
    {
        await InstallAsync();
        var requests = await InstallAsync();
        Assert.Equal(["GET /", .. AuditStream.All.Select(stream => $"GET /_index_template/{stream.Template}")], requests);
    }

    [KitFact]
    public async Task A_stream_has_exactly_its_fields()
    {
        await InstallAsync();
        using var http = new HttpClient { BaseAddress = Server.Url };
        foreach (var stream in AuditStream.All)
        {
            var mapping = (await http.GetFromJsonAsync<JsonElement>(stream.Name + "/_mapping")).EnumerateObject().Last().Value.GetProperty("mappings");
            Assert.Equal("false", mapping.GetProperty("dynamic").ToString());
            Assert.Equal(FieldCatalogue.Of(stream).Select(field => field.Name).Order(StringComparer.Ordinal), Names(mapping.GetProperty("properties"), "").Order(StringComparer.Ordinal));
        }
    }

    [KitFact]
    public async Task Documents_of_several_streams_whose_answer_was_lost_are_stored_once_though_all_streams_roll_over_before_they_are_sent_again()
    {
        const int Each = 100;
        using var work = new Workspace();
        await using var spool = Open(work.Spool);
        await using var proxy = await BulkProxy.StartAsync(Server.Url);
        using var http = new HttpClient { BaseAddress = Server.Url };
        AuditStream[] streams = [AuditStream.Audit, AuditStream.Node, AuditStream.Discovery];
        var answers = 0;
        proxy.OnAnswer = async () =>
        {
            if (answers++ > 0) return false;
            foreach (var stream in streams) (await http.PostAsync(stream.Name + "/_rollover", null)).EnsureSuccessStatusCode();
            return true;
        };
        var now = TimeProvider.System.GetUtcNow();
        for (var i = 0; i < Each; i++)
            foreach (var stream in streams)
                spool.Append(EventSamples.All.First(e => e.Stream == stream) with { Timestamp = now });
        using (var shipper = Shipper(spool, proxy.Url)) await shipper.DrainAsync(default);
        AssertIdentity(spool, Each * streams.Length);
        Assert.Equal((Each * streams.Length, 1), (spool.Metrics.Counts.Duplicate, spool.Metrics.Counts.Ambiguous));
        foreach (var stream in streams)
        {
            (await http.PostAsync(stream.Name + "/_refresh", null)).EnsureSuccessStatusCode();
            Assert.Equal(Each, (await http.GetFromJsonAsync<JsonElement>($"{stream.Name}/_count?q=coral.writer:{spool.Identity.Writer:x16}")).GetProperty("count").GetInt32());
        }
    }

    [KitFact]
    public async Task Case_28_two_processes_that_ship_all_streams_to_one_server_lose_and_double_nothing_though_answers_are_lost_and_streams_roll_over()
    {
        const int Each = 300;
        await using var proxy = await BulkProxy.StartAsync(Server.Url);
        using var http = new HttpClient { BaseAddress = Server.Url };
        var answers = 0;
        proxy.OnAnswer = async () =>
        {
            // Every fourth answer is lost, a few of them, and some stream rolls over.
            var number = Interlocked.Increment(ref answers);
            if (number % 4 != 0 || number > 24) return false;
            (await http.PostAsync(AuditStream.All[number / 4 % AuditStream.All.Length].Name + "/_rollover", null)).EnsureSuccessStatusCode();
            return true;
        };
        // Each has a spool for what must not be lost and one for samples.
        var ambiguous = await Task.WhenAll(from process in Enumerable.Range(1, 2) from streams in AuditStream.All.GroupBy(stream => stream.Class) select ShipAsync([.. streams]));
        Assert.True(ambiguous.Sum() >= 4, "answers were lost");

        async Task<long> ShipAsync(AuditStream[] streams)
        {
            using var work = new Workspace();
            await using var spool = AuditSpool.Open(new SpoolOptions { Directory = work.Spool, HasShipper = true, Class = streams[0].Class }, TimeProvider.System, NullLogger.Instance);
            var now = TimeProvider.System.GetUtcNow();
            for (var i = 0; i < Each; i++)
                foreach (var stream in streams)
                    spool.Append(EventSamples.All.First(e => e.Stream == stream) with { Timestamp = now });
            using (var shipper = Shipper(spool, proxy.Url, options => options with { Requests = 3, BatchDocuments = 100, BackoffFirst = TimeSpan.FromMilliseconds(10) })) await shipper.DrainAsync(default);
            AssertIdentity(spool, Each * streams.Length);
            foreach (var stream in streams)
            {
                (await http.PostAsync(stream.Name + "/_refresh", null)).EnsureSuccessStatusCode();
                Assert.Equal(Each, await CountAsync(http, stream, spool));
            }

            return spool.Metrics.Counts.Ambiguous;
        }
    }

    private async Task<List<string>> InstallAsync()
    {
        using var recorder = new Recorder();
        using var http = new HttpClient(recorder);
        await new TemplateInstaller(new SearchClient(http, Server.Url, null, TimeSpan.FromSeconds(30), TimeProvider.System), NullLogger.Instance, AuditStream.All).InstallAsync(default);
        return recorder.Requests;
    }

    private static IEnumerable<string> Names(JsonElement properties, string prefix) => properties.EnumerateObject().SelectMany(field => field.Value.TryGetProperty("properties", out var inner)
        ? Names(inner, $"{prefix}{field.Name}.")
        : [prefix + field.Name]);

    private static async Task AssertFoundAsync(HttpClient http, AuditStream stream, string writer, List<JsonElement> documents)
    {
        var (filters, counts) = (new JsonObject(), new JsonObject());
        foreach (var field in FieldCatalogue.Of(stream).Where(IsSearched))
        {
            if (Example(field, documents) is not { } value) continue;
            filters[field.Name] = Question(field, value);
            // What cannot be counted cannot stand in a panel.
            if (field.Type is not ("match_only_text" or "flattened" or "wildcard")) counts[field.Name.Replace('.', '|')] = new JsonObject { ["value_count"] = new JsonObject { ["field"] = field.Name } };
        }

        var body = new JsonObject { ["size"] = 0, ["track_total_hits"] = true, ["query"] = Leaf("term", "coral.writer", writer), ["aggs"] = counts };
        counts["found"] = new JsonObject { ["filters"] = new JsonObject { ["filters"] = filters } };
        var answer = await http.PostAsync(stream.Name + "/_search", new StringContent(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json"));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, text);
        var json = JsonElement.Parse(text);
        Assert.Equal(documents.Count, json.GetProperty("hits").GetProperty("total").GetProperty("value").GetInt32());
        foreach (var (name, _) in filters) Assert.True(json.GetProperty("aggregations").GetProperty("found").GetProperty("buckets").GetProperty(name).GetProperty("doc_count").GetInt32() > 0, $"{stream}: {name} is not found: {filters[name]}");
        foreach (var (name, _) in counts.Where(count => count.Key != "found")) Assert.True(json.GetProperty("aggregations").GetProperty(name).GetProperty("value").GetInt32() > 0, $"{stream}: {name} is not counted");
        // The others stand only in documents that a server refused.
        string[] lesser = stream == AuditStream.Audit ? ["tags", "error.type", "coral.omitted"] : stream == AuditStream.App ? ["tags"] : ["tags", "error.type", "error.message"];
        Assert.Equal(FieldCatalogue.Of(stream).Where(IsSearched).Select(field => field.Name).Except(lesser), filters.Select(filter => filter.Key));
    }

    private static bool IsSearched(CatalogueField field) => !field.Stored && field.Type != "object";

    private static JsonElement? Example(CatalogueField field, List<JsonElement> documents) => documents
        .SelectMany(document => Encoded.Fields(document, path => path == field.Name)).Where(found => found.Path == field.Name)
        .Select(found => (JsonElement?)found.Value).FirstOrDefault();

    private static JsonObject Question(CatalogueField field, JsonElement value) => field.Type switch
    {
        "match_only_text" => Leaf("match", field.Name, value.GetString()),
        "scaled_float" => new JsonObject { ["range"] = new JsonObject { [field.Name] = new JsonObject { ["gte"] = value.GetDouble() - 0.001, ["lte"] = value.GetDouble() + 0.001 } } },
        "flattened" => value.EnumerateObject().First() is var member ? Leaf("term", $"{field.Name}.{member.Name}", member.Value.GetString()) : throw new InvalidOperationException(),
        "wildcard" => Leaf("wildcard", field.Name, value.GetString()![..3] + "*"),
        _ => Leaf("term", field.Name, JsonNode.Parse(value.GetRawText())),
    };

    private static JsonObject Leaf(string kind, string field, JsonNode? value) => new() { [kind] = new JsonObject { [field] = value } };

    private sealed class Recorder() : DelegatingHandler(new SocketsHttpHandler())
    {
        public List<string> Requests { get; } = [];

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Requests.Add(string.Create(CultureInfo.InvariantCulture, $"{request.Method} {request.RequestUri!.AbsolutePath}"));
            return base.SendAsync(request, cancellationToken);
        }
    }
}
