using System.Globalization;
using Coral.EndToEnd.Harness;
using Coral.EndToEnd.Real;
using Coral.Testing;
using Coral.Testing.Search;

namespace Coral.EndToEnd;

/// <summary>No admission waits for the search server, and none is missing there afterwards. How long admissions take then: <c>scripts/bench outages</c>.</summary>
public sealed class SearchOutageTests
{
    private const int Many = 60;
    private const string Accepted = "coral_audit_accepted_total";
    private const string Pending = "coral_audit_pending";
    private const string Retries = "coral_audit_retry_total";

    private static readonly TimeSpan Generous = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Reviews_are_answered_and_recorded_whatever_the_search_server_does_and_each_decision_reaches_it_once_after_all()
    {
        await using var server = await SearchStandIn.StartAsync();
        await using var webhook = await WebhookProcess.Start(new() { Standalone = Path.Join(Repository.Root, "manifests", "samples", "standalone"), Search = server.Url });
        using var client = webhook.Client();
        foreach (var state in Enum.GetValues<SearchState>())
        {
            await server.SetAsync(state);
            var (before, retries) = (await CountAsync(webhook, Accepted), await CountAsync(webhook, Retries));
            // Half of them before the shipper has met the fault, half after.
            await ReviewAsync(client, $"{state}-a");
            await Eventually.Async(async () => server.Bulks > 0 || await CountAsync(webhook, Retries) > retries, Generous, $"the {state} server is met");
            await ReviewAsync(client, $"{state}-b");

            Assert.True(await CountAsync(webhook, Accepted) >= before + Many, $"{state}: every answer stands on a record");
            if (state != SearchState.Healthy) Assert.True(await CountAsync(webhook, Pending) >= Many, $"{state}: nothing is acknowledged that is not stored");
            await server.SetAsync(SearchState.Healthy);
            await Eventually.Async(async () => await CountAsync(webhook, Pending) == 0, Generous, $"all is shipped after {state}");
        }

        Assert.Equal(await CountAsync(webhook, Accepted), server.Stored.Count);
        Assert.Empty(server.Stored.GroupBy(id => id).Where(group => group.Count() > 1).Select(group => $"{group.Key} stands {group.Count()} times"));
    }

    private static async Task ReviewAsync(ReviewClient client, string name)
    {
        for (var i = 0; i < Many / 2; i++)
        {
            var uid = $"{name}-{i}";
            var answer = await client.Mutate(Reviews.For(Pods.Hardened(uid.ToLowerInvariant()), "shop", uid));
            Assert.Equal((200, uid, true), (answer.Status, answer.Uid, answer.Allowed));
            Assert.NotNull(answer.Patch);
        }
    }

    private static async Task<long> CountAsync(WebhookProcess webhook, string metric)
    {
        var line = (await webhook.Page("/metrics")).Split('\n').Single(line => line.StartsWith(metric + " ", StringComparison.Ordinal));
        return long.Parse(line[(metric.Length + 1)..], CultureInfo.InvariantCulture);
    }
}
