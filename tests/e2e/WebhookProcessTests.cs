using System.Net;
using System.Text.Json.Nodes;
using Coral.EndToEnd.Harness;

namespace Coral.EndToEnd;

/// <summary>The handle on the webhook's process does to it what its names say.</summary>
public sealed class WebhookProcessTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("coral-standalone-").FullName;

    public WebhookProcessTests() => File.WriteAllText(Path.Join(folder, "namespace.yaml"), """
        apiVersion: v1
        kind: Namespace
        metadata: {name: shop, labels: {coral.io/inject: "true"}}
        """);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task A_webhook_answers_with_the_certificate_of_its_folder(string version)
    {
        await using var webhook = await WebhookProcess.Start(new() { Standalone = folder });
        using var client = webhook.Client(new(version));

        var answer = await client.Mutate(Reviews.For(Pod(), "shop", uid: "u-1"));

        Assert.Equal((200, new Version(version), "u-1", true), (answer.Status, answer.Protocol, answer.Uid, answer.Allowed));
        Assert.NotNull(answer.Patch);
        Assert.Equal(400, (await client.Post("/mutate", "{"u8.ToArray())).Status);
        Assert.NotEmpty(await webhook.Page("/metrics"));
    }

    [Fact]
    public async Task A_killed_webhook_comes_back_at_the_same_address_with_the_same_authority()
    {
        await using var webhook = await WebhookProcess.Start(new() { Standalone = folder });
        var (id, ca) = (webhook.Id, webhook.CaPem);
        Assert.Null(webhook.ExitCode);

        await webhook.Kill();
        Assert.Equal(137, webhook.ExitCode);
        using (var client = webhook.Client()) await Assert.ThrowsAsync<HttpRequestException>(() => client.Mutate(Reviews.For(Pod(), "shop")));

        await webhook.RestartAsync();
        Assert.NotEqual(id, webhook.Id);
        Assert.Equal(ca, webhook.CaPem);
        using (var client = webhook.Client()) Assert.True((await client.Mutate(Reviews.For(Pod(), "shop"))).Allowed);
    }

    [Fact]
    public async Task A_webhook_that_is_told_to_stop_ends_well()
    {
        await using var webhook = await WebhookProcess.Start(new() { Standalone = folder });

        Assert.Equal(0, await webhook.Stop());
        Assert.Equal(0, webhook.ExitCode);
    }

    [Fact]
    public async Task A_webhook_that_does_not_start_says_why()
    {
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => WebhookProcess.Start(new() { Standalone = folder, More = ["--listen", "nonsense"] }));
        var result = await WebhookProcess.Run("serve", "--listen");

        Assert.Contains("ended with exit code", failure.Message);
        Assert.NotEqual(0, result.ExitCode);
        Assert.NotEmpty(result.Errors);
    }

    [Fact]
    public async Task Mistakes_of_the_log_s_settings_are_told_with_all_others_and_without_their_values()
    {
        const string Settings = """{"coral":{"typo":1},"Serilog":{"WriteTo":[{"Name":"Console"},{"Name":"Elasticsearch","Args":{"nodeUris":"htp://ada:hunter2@search","period":"soon"}}]}}""";
        var failure = await Assert.ThrowsAsync<InvalidOperationException>(() => WebhookProcess.Start(new() { Standalone = folder, Settings = Settings }));

        Assert.Contains("ended with exit code 2", failure.Message, StringComparison.Ordinal);
        foreach (var said in (string[])["coral:typo is no setting", "Serilog:WriteTo:0 must be", "Args:nodeUris: number 1 is no", "Args:period must be a whole number"])
            Assert.Contains(said, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("hunter2", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_log_server_that_is_away_is_told_and_holds_up_nothing()
    {
        const string Settings = """{"Serilog":{"WriteTo":[{"Name":"Elasticsearch","Args":{"nodeUris":"http://ada:hunter2@127.0.0.1:9","bufferBaseFilename":"log","bufferLogShippingInterval":1}}]}}""";
        await using var webhook = await WebhookProcess.Start(new() { Standalone = folder, Settings = Settings });
        using (var client = webhook.Client()) Assert.True((await client.Mutate(Reviews.For(Pod(), "shop"))).Allowed);

        Assert.Equal(0, await webhook.Stop());
        Assert.Contains("coral-webhook: log: ", webhook.Output, StringComparison.Ordinal);
        Assert.Matches("[1-9][0-9]* events stay in the spool .*log-spool until the next start", webhook.Output);
        Assert.DoesNotContain("hunter2", webhook.Output, StringComparison.Ordinal);
    }

    private static JsonObject Pod() => new()
    {
        ["metadata"] = new JsonObject { ["generateName"] = "app-" },
        ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "app", ["image"] = "registry.example.com/app:1" }) },
    };
}
