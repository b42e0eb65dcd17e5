using System.Globalization;
using System.Text.Json.Nodes;
using Coral.Audit.Search;
using Coral.Testing;

namespace Coral.Audit.Tests.Search;

/// <summary>A search server is followed by asking again: nothing twice, nothing left out that comes a little late.</summary>
public sealed class RemoteFollowTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly FakeTimeProvider clock = new();
    private readonly Store store = new();
    private readonly CancellationTokenSource limit = new(Patience);
    private readonly HttpClient http;

    public RemoteFollowTests() => http = new HttpClient(store);

    [Fact]
    public async Task New_documents_come_once_also_those_that_are_found_later_than_younger_ones()
    {
        for (var i = 1; i <= 5; i++) store.Add($"old-{i}", clock.GetUtcNow().AddSeconds(i - 100));
        await using var followed = Follow(new AuditQuery { Limit = 2 });
        Assert.Equal(["old-4", "old-5"], await Next(followed, 2));

        store.Add("b", clock.GetUtcNow());
        Assert.Equal(["b"], await Next(followed, 1));
        store.Add("a", clock.GetUtcNow().AddSeconds(-20));
        store.Add("c", clock.GetUtcNow().AddSeconds(1));
        Assert.Equal(["a", "c"], await Next(followed, 2));
    }

    [Fact]
    public async Task More_than_a_page_at_once_comes_whole_and_in_order()
    {
        store.Add("first", clock.GetUtcNow());
        await using var followed = Follow(new AuditQuery { Limit = 1 });
        Assert.Equal(["first"], await Next(followed, 1));
        for (var i = 0; i < 12_000; i++) store.Add($"{i:D5}", clock.GetUtcNow().AddMilliseconds(i + 1));
        Assert.Equal(Enumerable.Range(0, 12_000).Select(i => $"{i:D5}"), await Next(followed, 12_000));
        // More than a question names, so older ones are not asked for again.
        store.Add("last", clock.GetUtcNow().AddSeconds(13));
        Assert.Equal(["last"], await Next(followed, 1));
        Assert.InRange(store.MostKnown, 1, 10_000);
    }

    [Fact]
    public async Task What_was_there_before_the_last_ones_is_not_new()
    {
        for (var i = 1; i <= 30; i++) store.Add($"{i:D2}", clock.GetUtcNow().AddSeconds(i - 31));
        await using var followed = Follow(new AuditQuery { Limit = 3 });
        Assert.Equal(["28", "29", "30"], await Next(followed, 3));
        store.Add("31", clock.GetUtcNow());
        Assert.Equal(["31"], await Next(followed, 1));
    }

    public void Dispose()
    {
        http.Dispose();
        store.Dispose();
        limit.Dispose();
    }

    private IAsyncEnumerator<AuditRecord> Follow(AuditQuery query) => new RemoteSearch(new Uri("http://search.example"), clock, http: http).FollowAsync(query, limit.Token).GetAsyncEnumerator(limit.Token);

    private async Task<List<string>> Next(IAsyncEnumerator<AuditRecord> followed, int count)
    {
        var ids = new List<string>();
        while (ids.Count < count)
        {
            var next = followed.MoveNextAsync().AsTask();
            // The pause between two questions, and a step of the clock whenever one begins.
            await Wait.Until(() => { if (!next.IsCompleted) clock.Advance(TimeSpan.FromMilliseconds(100)); return next.IsCompleted; }, "the next document came");
            if (!await next) break;
            ids.Add(followed.Current.DocumentId);
        }

        return ids;
    }

    /// <summary>As much of a search server as the questions need.</summary>
    private sealed class Store : HttpMessageHandler
    {
        private readonly List<(string Id, DateTimeOffset Time)> documents = [];

        public int MostKnown { get; private set; }

        public void Add(string id, DateTimeOffset time)
        {
            lock (documents) documents.Add((id, time));
        }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var asked = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
            var (known, since) = (new HashSet<string>(), DateTimeOffset.MinValue);
            foreach (var condition in asked["query"]!["bool"]!["filter"]!.AsArray())
            {
                if (condition!["range"]?["@timestamp"]?["gte"] is { } bound) since = DateTimeOffset.Parse((string)bound!, CultureInfo.InvariantCulture);
                if (condition["bool"]?["must_not"]?["terms"]?["event.id"] is JsonArray ids) known = [.. ids.Select(id => (string)id!)];
            }

            MostKnown = Math.Max(MostKnown, known.Count);
            lock (documents)
            {
                var found = documents.Where(document => document.Time >= since && !known.Contains(document.Id)).OrderBy(document => document.Time).ThenBy(document => document.Id, StringComparer.Ordinal).ToList();
                if ((string?)asked["sort"]![0]!["@timestamp"] == "desc") found.Reverse();
                var from = asked["search_after"] is JsonArray after ? found.FindIndex(document => document.Id == (string)after[2]!) + 1 : 0;
                var hits = found.Skip(from).Take((int)asked["size"]!).Select(document => new JsonObject
                {
                    ["sort"] = new JsonArray(document.Time.ToUnixTimeMilliseconds(), 1, document.Id),
                    ["_source"] = new JsonObject { ["@timestamp"] = document.Time.ToString("O"), ["event"] = new JsonObject { ["id"] = document.Id } },
                });
                return new HttpResponseMessage { Content = new StringContent(new JsonObject { ["hits"] = new JsonObject { ["hits"] = new JsonArray([.. hits]) } }.ToJsonString()) };
            }
        }
    }
}
