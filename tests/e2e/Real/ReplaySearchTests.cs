using System.Text.Json.Nodes;
using Coral.EndToEnd.Harness;

namespace Coral.EndToEnd.Real;

/// <summary>Decisions that the webhook made and shipped, replayed from a real search server: the same as from its spool.</summary>
public sealed class ReplaySearchTests : IDisposable
{
    /// <summary>A page has 500.</summary>
    private const int Many = 1300;

    private const string Policies = """
        apiVersion: coral.io/v1alpha1
        kind: InjectionPolicy
        metadata: {name: default}
        spec: {priority: 0, onMismatch: downgrade, rollout: inject}
        """;

    private const string Stricter = Policies + """

        ---
        apiVersion: coral.io/v1alpha1
        kind: InjectionPolicy
        metadata: {name: fewer}
        spec: {priority: 5, match: {namespaces: {names: [shop]}}, modes: {allowed: [restricted]}}
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("coral-replay-").FullName;

    [KitFact]
    public async Task Recorded_decisions_are_replayed_from_the_search_server_as_from_the_spool()
    {
        await using var server = await KitSearch.Up();
        await using var webhook = await WebhookProcess.Start(new() { Standalone = await StandaloneAsync(), Search = server.Url });
        await DecideAsync(webhook, Many, i => Pods.Hardened($"p{i}"));
        await ShippedAsync(webhook, server);
        using var search = new SearchClient(server.Url);

        var (url, old) = (server.Url.ToString(), await FolderAsync("old", Policies));
        var same = await CliProgram.Json(0, "replay", "--from", url, "--policy", old);
        var counts = Assert.Single(same)["summary"]!;
        Assert.Equal((Many, Many, 0, 0), ((int)counts["read"]!, (int)counts["replayed"]!, (int)counts["changed"]!, (int)counts["unreadable"]!));

        var stricter = await FolderAsync("new", Stricter);
        var (remote, local) = (await CliProgram.Json(1, "replay", "--from", url, "--policy", stricter), await CliProgram.Json(1, "replay", "--from", webhook.Spool, "--policy", stricter));
        Assert.Equal(Many - (Many / 3) - 1, remote.Count - 1);
        Assert.Equal(Texts(local), Texts(remote));
        Assert.Equal((int)local[^1]["summary"]!["changed"]!, (int)remote[^1]["summary"]!["changed"]!);
        Assert.All(remote.SkipLast(1), line => Assert.Equal(("ebpf-minimal", "restricted"), ((string)line["before"]!["variant"]!, (string)line["after"]!["variant"]!)));

        var narrow = await CliProgram.Json(0, "replay", "--from", url, "--policy", old, "--namespace", "shop-restricted", "--outcome", "injected", "--limit", "7");
        Assert.Equal(7, (int)narrow[0]["summary"]!["replayed"]!);

        // Others may write into a data stream, and a document may be damaged in it: neither hides the rest.
        await search.Send(HttpMethod.Post, $"/{SearchClient.Audit}/_doc", JsonNode.Parse("""{"@timestamp":"2026-11-21T12:00:00Z","message":"somebody else's"}"""));
        await search.Send(HttpMethod.Post, $"/{SearchClient.Audit}/_doc", JsonNode.Parse("""
            {"@timestamp":"2026-11-21T12:00:00Z","event":{"id":"x","action":"sidecar-inject"},
             "coral":{"decision":{"id":"x"},"admission":{"decision":"injected"},"injection":{"reason":"no-report"},"request":{"v":1,"pod":{}}}}
            """));
        await search.Refresh();
        var odd = Assert.Single(await CliProgram.Json(0, "replay", "--from", url, "--policy", old))["summary"]!;
        Assert.Equal((Many + 1, Many, 1), ((int)odd["read"]!, (int)odd["replayed"]!, (int)odd["unreadable"]!));
        Assert.Equal("malformed-record", (string)Assert.Single(odd["notReplayed"]!.AsArray())!["code"]!);

        await server.Stop();
        var gone = await CliProgram.Run("replay", "--from", url);
        Assert.Equal(3, gone.ExitCode);
        Assert.Single(gone.Errors.Trim().Split('\n'));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    /// <summary>The shipped facts, with the policy that is in force.</summary>
    private async Task<string> StandaloneAsync()
    {
        var facts = await FolderAsync("facts", Policies);
        foreach (var file in Directory.EnumerateFiles(Path.Join(Stage.Root, "manifests", "samples", "standalone")).Where(file => !File.ReadAllText(file).Contains("kind: InjectionPolicy", StringComparison.Ordinal)))
            File.Copy(file, Path.Join(facts, Path.GetFileName(file)));
        return facts;
    }

    private async Task<string> FolderAsync(string name, string policies)
    {
        var path = Directory.CreateDirectory(Path.Join(folder, name)).FullName;
        await File.WriteAllTextAsync(Path.Join(path, "policies.yaml"), policies);
        return path;
    }

    private static async Task DecideAsync(WebhookProcess webhook, int many, Func<int, JsonObject> pod)
    {
        using var client = webhook.Client();
        await Parallel.ForAsync(0, many, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (i, _) =>
            Assert.True((await client.Mutate(Reviews.For(pod(i), i % 3 == 0 ? "shop-restricted" : "shop", $"uid-{i:00000}"))).Allowed));
    }

    private static async Task ShippedAsync(WebhookProcess webhook, KitSearch server)
    {
        await Eventually.Async(async () => (await webhook.Page("/metrics")).Contains("\ncoral_audit_pending 0\n", StringComparison.Ordinal), TimeSpan.FromSeconds(120), "the spool is shipped");
        using var search = new SearchClient(server.Url);
        await search.Refresh();
    }

    /// <summary>Documents of one instant have no order that both sides share.</summary>
    private static IEnumerable<string> Texts(IReadOnlyList<JsonNode> lines) => lines.SkipLast(1).Select(line => line.ToJsonString()).Order(StringComparer.Ordinal);
}
