using System.Text.Json.Nodes;
using Coral.Audit.Tests.Shipping;

namespace Coral.Audit.Tests.Faults;

/// <summary>Many writers, servers of every kind, and faults at random.</summary>
public sealed class SharedServerTests
{
    [Theory]
    [InlineData("""{"version":{"number":"7.17.29"}}""", 1)]
    [InlineData("""{"version":{"number":"7.17.29"}}""", 4)]
    [InlineData("""{"version":{"number":"8.19.21","build_flavor":"default"}}""", 2)]
    [InlineData("""{"version":{"number":"9.2.1","build_flavor":"default"}}""", 4)]
    [InlineData("""{"version":{"number":"9.2.1","build_flavor":"serverless"}}""", 2)]
    [InlineData("""{"version":{"number":"2.4.1","distribution":"opensearch"}}""", 3)]
    [InlineData("""{"version":{"number":"3.3.0","distribution":"opensearch"}}""", 4)]
    public async Task Case_28_two_shippers_on_one_cluster_lose_and_double_nothing(string root, int requests)
    {
        await using var one = await ShippingScene.StartAsync();
        one.Server.Root = root;
        await using var two = ShippingScene.Beside(one);
        var random = new Random(28);
        var gate = new Lock();
        int Roll(int sides)
        {
            lock (gate) return random.Next(sides);
        }

        one.Server.Always = async (context, server, lines) =>
        {
            if (Roll(12) == 0) server.Rollover();
            switch (Roll(8))
            {
                case 0:
                    context.Abort();
                    return true;
                case 1:
                    server.Store(lines);
                    context.Abort();
                    return true;
                case 2:
                    server.Store(lines);
                    return await FakeElasticsearch.Answer(context, 502, "bad gateway");
                case 3:
                    return await FakeElasticsearch.Answer(context, 429, "{}");
                case 4:
                    return await FakeElasticsearch.Answer(context, 200, new JsonObject { ["items"] = server.Store(lines) }.ToJsonString()[..^10]);
                default:
                    return false;
            }
        };
        one.Server.OnDocument = (_, _) => Roll(25) switch
        {
            0 => (429, "es_rejected_execution_exception"),
            1 => (503, "unavailable_shards_exception"),
            _ => null,
        };
        one.Append(600);
        two.Append(600);
        await Task.WhenAll(
            one.DrainAsync(options => options with { BatchDocuments = 30, Requests = requests }),
            two.DrainAsync(options => options with { BatchDocuments = 30, Requests = requests, Compression = 0 }));
        Oracle.Check(one);
        Oracle.Check(two);
        Assert.Equal(1_200, one.Server.Ids.Count);
    }
}
