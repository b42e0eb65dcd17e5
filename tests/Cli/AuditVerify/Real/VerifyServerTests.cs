using System.Text;
using System.Text.Json;
using Coral.Audit;
using Coral.Audit.Shipping;
using Coral.Audit.Spool;
using Coral.Testing.Kit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Cli.Tests.AuditVerify.Real;

/// <summary>The verb on a real search server: it says of what was shipped what it says of the spool.</summary>
public sealed class VerifyServerTests(KitSearchFixture kit) : IClassFixture<KitSearchFixture>
{
    /// <summary>More than two pages.</summary>
    private const int Many = 1203;

    [KitFact]
    public async Task What_was_shipped_is_whole_and_what_is_done_to_it_on_the_server_is_found()
    {
        using var spool = new ChainedSpool();
        await spool.AppendAsync(Many);
        var url = kit.Server.Url.ToString();
        var nothing = await Coral.Run("audit", "verify", "--search", url);
        Assert.Equal((2, "coral: no documents, so nothing is shown to be whole; see that --spool or --search is where decisions are recorded"), (nothing.Code, Assert.Single(nothing.Complaints)));

        await using (var writer = AuditSpool.Open(new SpoolOptions { Directory = spool.Path, HasShipper = true }, TimeProvider.System, NullLogger.Instance))
        {
            using var shipper = new AuditShipper(writer, new ShipperOptions { Url = kit.Server.Url }, TimeProvider.System, NullLogger.Instance);
            await shipper.DrainAsync(default);
        }

        using var http = new HttpClient { BaseAddress = kit.Server.Url };
        await RefreshAsync(http);
        var (local, remote) = (await Coral.Run("audit", "verify", "--spool", spool.Path, "-o", "json"), await Coral.Run("audit", "verify", "--search", url, "-o", "json"));
        Assert.Equal((0, "", local.Out), (remote.Code, remote.Error, remote.Out));
        Assert.Equal(Many, Assert.Single(remote.Lines).GetProperty("proven").GetInt32());

        var documents = spool.Documents;
        var index = await IndexAsync(http, documents[0].Id);
        await PutAsync(http, index, documents[499].Id, AuditVerifyTests.Edit(Encoding.UTF8.GetBytes(documents[499].Document)));
        await PutAsync(http, index, documents[700].Id, ChainedSpool.Unlink(Encoding.UTF8.GetBytes(documents[700].Document)));
        (await http.DeleteAsync($"{index}/_doc/{documents[1000].Id}")).EnsureSuccessStatusCode();
        await RefreshAsync(http);
        var run = await Coral.Run("audit", "verify", "--search", url, "-o", "json");
        Assert.Equal(["edited 500", "not-linked 701", "unlinked 702", "missing 1002"], AuditVerifyTests.Findings(run));
        Assert.Equal((1, ""), (run.Code, run.Error));
        Assert.Equal(documents[499].Id, run.Lines[1].GetProperty("id").GetString());
    }

    private static async Task RefreshAsync(HttpClient http) => (await http.PostAsync($"{AuditStream.Audit.Name}/_refresh", null)).EnsureSuccessStatusCode();

    private static async Task PutAsync(HttpClient http, string index, string id, byte[] document)
    {
        // A data stream takes the place of a document only from somebody who says which state of it.
        var known = JsonElement.Parse(await http.GetStringAsync($"{index}/_doc/{id}?_source=false"));
        using var body = new ByteArrayContent(document) { Headers = { ContentType = new("application/json") } };
        (await http.PutAsync($"{index}/_doc/{id}?if_seq_no={known.GetProperty("_seq_no")}&if_primary_term={known.GetProperty("_primary_term")}", body)).EnsureSuccessStatusCode();
    }

    private static async Task<string> IndexAsync(HttpClient http, string id)
    {
        var answer = JsonElement.Parse(await http.GetStringAsync($"{AuditStream.Audit.Name}/_search?q=event.id:{id}"));
        return Assert.Single(answer.GetProperty("hits").GetProperty("hits").EnumerateArray()).GetProperty("_index").GetString()!;
    }
}
