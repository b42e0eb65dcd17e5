using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using Coral.Audit.Tests.Logging;
using Coral.Testing.Kit;

namespace Coral.Audit.Tests.Real;

/// <summary>The Serilog sink against the kit's real Elasticsearch.</summary>
public sealed class RealLogTests(KitSearchFixture kit) : IClassFixture<KitSearchFixture>
{
    private const int Lives = 4;
    private const int Lines = 2_000;

    [KitFact]
    public async Task Lines_of_killed_processes_are_each_found_once_though_the_server_is_killed_too()
    {
        using var work = new Workspace();
        var buffer = Path.Combine(work.Spool, "log");
        var told = new List<int>();
        for (var life = 0; life < Lives; life++)
        {
            using var child = LogScene.Crashing(buffer, kit.Server.Url, 1 + (life * Lines), Lines);
            var serverIsDown = false;
            while (await child.StandardOutput.ReadLineAsync() is { } line)
            {
                told.Add(int.Parse(line, CultureInfo.InvariantCulture));
                if (told.Count % Lines == Lines / 2)
                {
                    // In the midst of shipping, and from then on lines only go into the spool.
                    await Wait.Until(() => CountAsync().GetAwaiter().GetResult() > life, "shipping is under way", patience: 2);
                    await kit.Server.Kill();
                    serverIsDown = true;
                }

                if (told.Count % Lines == (Lines - 100) && serverIsDown) child.Kill();
            }

            await child.WaitForExitAsync();
            Assert.Equal(128 + 9, child.ExitCode);
            await kit.Server.Start();
        }

        await using (CrashedLogger.Durable(buffer, kit.Server.Url))
            await Wait.Until(() => CountAsync().GetAwaiter().GetResult() >= told.Count, "all is shipped", patience: 2);
        var found = await NumbersAsync();
        Assert.Equal(found.Distinct(), found);
        Assert.Empty(told.Except(found));
        // Of each process the last line may have been written and not told.
        Assert.InRange(found.Count - told.Count, 0, Lives);
    }

    [KitFact]
    public async Task Lines_are_found_by_what_they_say()
    {
        await using (var logger = LogScene.Logger(new(kit.Server.Url) { Period = TimeSpan.FromMilliseconds(1), IndexFormat = "logs-coral.app-found" }))
            logger.ForContext("Cart", 77).Error(new IOException("no such cart"), "Cannot open {Path}", "/carts/77");
        using var http = new HttpClient { BaseAddress = kit.Server.Url };
        (await http.PostAsync("logs-coral.app-found/_refresh", null)).EnsureSuccessStatusCode();
        foreach (var query in (string[])["message:carts", "log.level:error", "labels.Cart:77", "error.type:System.IO.IOException", "data_stream.namespace:found", "event.action:log"])
        {
            var answer = await http.GetFromJsonAsync<JsonElement>("logs-coral.app-*/_search?q=" + Uri.EscapeDataString(query + " AND data_stream.namespace:found"));
            Assert.Equal((query, 1), (query, answer.GetProperty("hits").GetProperty("hits").GetArrayLength()));
        }
    }

    private async Task<int> CountAsync()
    {
        using var http = new HttpClient { BaseAddress = kit.Server.Url };
        using var refreshed = await http.PostAsync("logs-coral.app-default/_refresh?ignore_unavailable=true", null);
        using var counted = await http.GetAsync("logs-coral.app-default/_count?ignore_unavailable=true");
        // A server that has just started says 503 until the index has its shards.
        if (!refreshed.IsSuccessStatusCode || !counted.IsSuccessStatusCode) return 0;
        return (await counted.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("count").GetInt32();
    }

    private async Task<List<int>> NumbersAsync()
    {
        using var http = new HttpClient { BaseAddress = kit.Server.Url };
        var answer = await http.GetFromJsonAsync<JsonElement>("logs-coral.app-default/_search?size=10000");
        return [.. answer.GetProperty("hits").GetProperty("hits").EnumerateArray().Select(hit => LogScene.NumberOf(hit.GetProperty("_source"))).Order()];
    }
}
