using System.Net;
using System.Text.Json;
using Coral.Audit.Chain;
using Coral.Audit.Events;
using Coral.Audit.Shipping;

namespace Coral.Audit.Tests.Chain;

/// <summary>A server of which not all can be read is never taken for one whose chains are whole.</summary>
public sealed class ServerAnswerTests
{
    [Theory]
    [InlineData(200, "<html>welcome</html>")]
    [InlineData(200, "{}")]
    [InlineData(200, """{"hits":{"hits":[{}]}}""")]
    [InlineData(200, """{"hits":{"hits":[{"_id":"a","_source":{}}]}}""")]
    [InlineData(200, """{"hits":{"hits":[{"_id":"a","sort":["a"]}]}}""")]
    [InlineData(200, """{"hits":{"hits":[{"_id":7,"sort":["a"],"_source":{}}]}}""")]
    [InlineData(403, """{"error":"security_exception"}""")]
    [InlineData(503, """{"error":"no_shard_available_action_exception"}""")]
    public async Task An_answer_that_is_not_whole_is_one_line(int status, string body)
    {
        var error = await Assert.ThrowsAsync<HttpRequestException>(() => CheckAsync(new Answering((HttpStatusCode)status, body)));
        Assert.StartsWith("search server http://search.test/: ", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public async Task A_page_of_the_largest_documents_fits_into_the_client()
    {
        const int Rest = 16 * 1024;
        var server = new Answering(HttpStatusCode.OK, """{"hits":{"hits":[]}}""");
        Assert.Empty((await CheckAsync(server)).Chains);
        using var http = SearchClient.NewHttpClient();
        Assert.True(JsonElement.Parse(server.Asked).GetProperty("size").GetInt64() * (DecisionEvent.MaxRequestBytes + Rest) < http.MaxResponseContentBufferSize);
    }

    private static async Task<ChainReport> CheckAsync(Answering server)
    {
        using var http = new HttpClient(server);
        return await ChainSource.CheckServerAsync(new Uri("http://search.test"), TimeProvider.System, http: http);
    }

    private sealed class Answering(HttpStatusCode status, string body) : HttpMessageHandler
    {
        public string Asked { get; private set; } = "";

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Asked = await request.Content!.ReadAsStringAsync(cancellationToken);
            return new HttpResponseMessage(status) { Content = new StringContent(body) };
        }
    }
}
