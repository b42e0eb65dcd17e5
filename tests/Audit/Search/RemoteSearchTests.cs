using System.Text.Json.Nodes;
using Coral.Audit.Events;
using Coral.Audit.Search;

namespace Coral.Audit.Tests.Search;

public sealed class RemoteSearchTests
{
    [Fact]
    public async Task A_server_that_is_not_there_is_one_clear_line()
    {
        using var search = new RemoteSearch(new Uri("http://127.0.0.1:1"), TimeProvider.System);
        var error = await Assert.ThrowsAsync<HttpRequestException>(async () => await search.FindAsync(new AuditQuery()).ToListAsync());
        Assert.Contains("127.0.0.1:1", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task Documents_as_large_as_are_written_fit_into_pages_and_what_is_no_document_is_counted()
    {
        const int Many = 1100;
        using var pages = new Pages(Many, odd: 600);
        // As SearchClient.NewHttpClient limits it.
        using var http = new HttpClient(pages) { MaxResponseContentBufferSize = 64 * 1024 * 1024 };
        var unreadable = 0;
        using var search = new RemoteSearch(new Uri("http://search.example"), TimeProvider.System, http: http, unreadable: () => unreadable++);

        var found = await search.FindAsync(new AuditQuery { Limit = int.MaxValue }).Select(record => record.DocumentId).ToListAsync();

        Assert.Equal(Enumerable.Range(0, Many).Where(i => i != 600).Select(i => $"{i}"), found);
        Assert.Equal(1, unreadable);
        Assert.InRange(pages.Asked, 2, Many);
    }

    /// <summary>A server with many documents, each as large as any that we write; one of them is nobody's.</summary>
    private sealed class Pages(int many, int odd) : HttpMessageHandler
    {
        private static readonly string Large = new('x', DecisionEvent.MaxRequestBytes + (4 * 1024));

        public int Asked { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked++;
            var asked = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
            var from = (int?)asked["search_after"]?[0] ?? 0;
            var hits = Enumerable.Range(from, Math.Min((int)asked["size"]!, many - from)).Select(i => new JsonObject
            {
                ["sort"] = new JsonArray(i + 1),
                ["_source"] = new JsonObject
                {
                    ["@timestamp"] = "2026-11-21T12:00:00Z",
                    ["event"] = i == odd ? null : new JsonObject { ["id"] = $"{i}" },
                    ["coral"] = new JsonObject { ["request"] = Large },
                },
            });
            var answer = new JsonObject { ["hits"] = new JsonObject { ["hits"] = new JsonArray([.. hits]) } };
            return new HttpResponseMessage { Content = new StringContent(answer.ToJsonString()) };
        }
    }
}
