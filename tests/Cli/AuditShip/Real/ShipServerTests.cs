using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Cli.Tests.AuditVerify;
using Coral.Testing.Kit;

namespace Coral.Cli.Tests.AuditShip.Real;

/// <summary>A left spool and what a real server refuses both end up on it, each document once, also over a rollover and after a kill.</summary>
public sealed class ShipServerTests(KitSearchFixture kit) : IClassFixture<KitSearchFixture>
{
    private const int Many = 1203;
    private const string Stream = "logs-coral.audit-default";

    [KitFact]
    public async Task A_left_spool_is_shipped_once_and_what_was_refused_is_replayed()
    {
        using var http = new HttpClient { BaseAddress = kit.Server.Url };
        using var spool = new ChainedSpool();
        await spool.AppendAsync(Many);
        var all = spool.Documents.Select(document => document.Id).ToList();
        var (code, shipped) = await RunAsync("ship", spool.Path);
        Assert.Equal((0, $$"""{"accepted":{{Many}},"indexed":{{Many}},"duplicate":0,"deadletter":0,"expired":0,"corrupt":0,"pending":0}"""), (code, shipped.Out.TrimEnd()));
        Assert.Equal(all, await IdsAsync(http));

        // It broke off before it could note what it had done, and the stream was rolled over since.
        File.Delete(Path.Combine(spool.Path, "checkpoint"));
        (await http.PostAsync(Stream + "/_rollover", null)).EnsureSuccessStatusCode();
        (code, shipped) = await RunAsync("ship", spool.Path);
        Assert.Equal((0, Many), (code, Assert.Single(shipped.Lines).GetProperty("duplicate").GetInt32()));
        Assert.Equal(all, await IdsAsync(http));

        // Searched, shown and followed on the server as in the spool.
        var local = await Coral.Run("audit", "tail", "--spool", spool.Path, "--limit", "7", "-o", "json");
        var remote = await Coral.Run("audit", "tail", "--search", kit.Server.Url.ToString(), "--limit", "7", "-o", "json");
        Assert.Equal((0, local.Out), (remote.Code, remote.Out));
        Assert.Equal(7, remote.Lines.Count);
        var (shown, stored) = (await Coral.Run("audit", "show", all[600], "--spool", spool.Path), await Coral.Run("audit", "show", all[600], "--search", kit.Server.Url.ToString()));
        Assert.Equal((0, shown.Out), (stored.Code, stored.Out));
        Assert.EndsWith("number 602: linked", stored.Out.TrimEnd(), StringComparison.Ordinal);

        // A mapping that nothing of ours fits, in any form.
        var template = await MappingAsync(http);
        await PutMappingAsync(http, template.Name, Spoiled(template.Body));
        await spool.AppendAsync(5);
        (code, shipped) = await RunAsync("ship", spool.Path);
        Assert.Equal((1, 5), (code, Assert.Single(shipped.Lines).GetProperty("deadletter").GetInt32()));
        Assert.Equal($"coral: refused by the server: 5; see coral audit deadletter list --spool {spool.Path}", Assert.Single(shipped.Complaints));
        var refused = spool.Documents[^5..].Select(document => document.Id).ToList();
        var list = await Coral.Run("audit", "deadletter", "list", "--spool", spool.Path, "-o", "json");
        Assert.Equal(refused, list.Lines.Select(line => line.GetProperty("id").GetString()));
        Assert.All(list.Lines, line => Assert.Contains("document_parsing_exception", line.GetProperty("reason").GetString()));

        (code, var replayed) = await ReplayAsync(spool.Path);
        Assert.Equal((1, 5), (code, Assert.Single(replayed.Lines).GetProperty("refused").GetInt32()));
        Assert.Equal(all, await IdsAsync(http));

        await PutMappingAsync(http, template.Name, template.Body);
        (code, replayed) = await ReplayAsync(spool.Path);
        Assert.Equal((0, """{"documents":5,"indexed":5,"duplicate":0,"refused":0,"left":0}"""), (code, replayed.Out.TrimEnd()));
        Assert.Equal(all.Concat(refused), await IdsAsync(http));
        Assert.Equal("", (await Coral.Run("audit", "deadletter", "list", "--spool", spool.Path)).Out);
        Assert.Equal(0, (await Coral.Run("audit", "verify", "--search", kit.Server.Url.ToString())).Code);
    }

    private async Task<(int Code, Run Run)> RunAsync(string verb, string spool)
    {
        var run = await Coral.RunAt(TimeProvider.System, null, "", "audit", verb, "--spool", spool, "--search", kit.Server.Url.ToString(), "-o", "json");
        return (run.Code, run);
    }

    private async Task<(int Code, Run Run)> ReplayAsync(string spool)
    {
        var run = await Coral.RunAt(TimeProvider.System, null, "", "audit", "deadletter", "replay", "--spool", spool, "--search", kit.Server.Url.ToString(), "-o", "json");
        return (run.Code, run);
    }

    /// <summary>Over all backing indices, doubled ones doubled, in the order of writing.</summary>
    private static async Task<List<string>> IdsAsync(HttpClient http)
    {
        (await http.PostAsync(Stream + "/_refresh", null)).EnsureSuccessStatusCode();
        var answer = await http.GetFromJsonAsync<JsonElement>($"{Stream}/_search?size=10000&_source=false&sort=event.id");
        return [.. answer.GetProperty("hits").GetProperty("hits").EnumerateArray().Select(hit => hit.GetProperty("_id").GetString()!)];
    }

    private static async Task<(string Name, JsonObject Body)> MappingAsync(HttpClient http)
    {
        var index = JsonNode.Parse(await http.GetStringAsync("_index_template/logs-coral.audit"))!;
        foreach (var part in index["index_templates"]![0]!["index_template"]!["composed_of"]!.AsArray())
        {
            var component = JsonNode.Parse(await http.GetStringAsync($"_component_template/{part}"))!["component_templates"]![0]!["component_template"]!.AsObject();
            if (component["template"]?["mappings"]?["properties"]?["coral"] is not null) return ((string)part!, component.DeepClone().AsObject());
        }

        throw new InvalidOperationException("no component template maps the fields of coral");
    }

    /// <summary>An id that has to be a number is refused in the lesser form too.</summary>
    private static JsonObject Spoiled(JsonObject component)
    {
        var spoiled = component.DeepClone().AsObject();
        spoiled["template"]!["mappings"]!["properties"]!["coral"]!["properties"]!["decision"]!["properties"]!["id"] = new JsonObject { ["type"] = "long" };
        return spoiled;
    }

    private static async Task PutMappingAsync(HttpClient http, string name, JsonObject component)
    {
        (await http.PutAsync($"_component_template/{name}", JsonContent.Create(component))).EnsureSuccessStatusCode();
        (await http.PostAsync(Stream + "/_rollover", null)).EnsureSuccessStatusCode();
    }
}
