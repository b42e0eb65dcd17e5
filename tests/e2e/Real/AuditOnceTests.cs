using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Coral.EndToEnd.Harness;
using Xunit.Abstractions;

namespace Coral.EndToEnd.Real;

/// <summary>Principle 6: every answered admission stands in the data stream exactly once, whatever dies in between.</summary>
public sealed class AuditOnceTests(ITestOutputHelper output)
{
    private const int Many = 5000;

    /// <summary>Checkpoints of the chain stand in the stream too.</summary>
    private static JsonObject Decisions => new() { ["exists"] = new JsonObject { ["field"] = "coral.admission.uid" } };

    [KitFact]
    public async Task Every_answered_review_is_found_exactly_once_after_kills_of_both_sides()
    {
        await using var server = await KitSearch.Up();
        await using var webhook = await WebhookProcess.Start(new() { Standalone = Path.Join(Stage.Root, "manifests", "samples", "standalone"), Search = server.Url });
        using var search = new SearchClient(server.Url);
        var answered = new ConcurrentDictionary<string, byte>(StringComparer.Ordinal);
        var sent = 0;
        using var client = webhook.Client();

        var sending = Parallel.ForAsync(0, Many, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
        {
            var uid = $"uid-{i:0000}";
            Interlocked.Increment(ref sent);
            try
            {
                if ((await client.Mutate(Reviews.For(Pods.Hardened($"p{i}"), i % 3 == 0 ? "shop-restricted" : "shop", uid))).Uid == uid) answered[uid] = 0;
            }
            catch (HttpRequestException)
            {
                // Not answered: nothing is promised for it, and it is not sent again. The others wait until the webhook is back.
                await Eventually.Async(() => AnswersAsync(webhook), TimeSpan.FromSeconds(60), "the webhook is back");
            }
        });
        await Eventually.Async(() => Task.FromResult(answered.Count > Many / 10), TimeSpan.FromSeconds(120), "a tenth is answered");
        await server.Kill();
        await Eventually.Async(() => Task.FromResult(answered.Count > Many / 4), TimeSpan.FromSeconds(120), "reviews are answered without the search server");
        await webhook.Kill();
        await webhook.RestartAsync();
        await server.Start();
        await sending;

        await Eventually.Async(async () => (await webhook.Page("/metrics")).Contains("\ncoral_audit_pending 0\n", StringComparison.Ordinal), TimeSpan.FromSeconds(180), "the spool is shipped");
        await search.Refresh();
        var found = (await search.All(Decisions)).GroupBy(document => (string)document["coral"]!["admission"]!["uid"]!).ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);

        output.WriteLine($"{sent} sent, {answered.Count} answered, {found.Count} found");
        Assert.InRange(answered.Count, Many / 2, Many);
        Assert.Empty(answered.Keys.Where(uid => !found.ContainsKey(uid)).Take(10));
        Assert.Empty(found.Where(uid => uid.Value != 1).Take(10));
    }

    private static async Task<bool> AnswersAsync(WebhookProcess webhook)
    {
        try
        {
            return (await webhook.Page("/readyz")).EndsWith("\nready\n", StringComparison.Ordinal);
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
