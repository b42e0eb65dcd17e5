using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Policies;
using Coral.Policies.Bundles;
using Microsoft.AspNetCore.Http;

namespace Coral.Cli.Tests.Review;

/// <summary>Against a server that answers as a webhook does; against the real one, the end-to-end tests.</summary>
public sealed class ReviewTests
{
    private static readonly string Sample = Path.Combine(Coral.Samples, "pods", "privileged.yaml");

    [Fact]
    public async Task The_answers_are_a_row_each()
    {
        var seen = new List<JsonNode>();
        await using var server = await FakeServer.Start(context => Decide(context, seen));
        using var folder = new Folder();
        var run = await Coral.Run("review", "-f", Sample, "--webhook", server.Url, "--ca-file", folder.Write("ca.crt", server.Pem));
        Assert.Equal("", run.Error);
        Assert.Equal(0, run.Code);
        Golden.Check("review-table.txt", run.Out);

        Assert.Equal(["checkout", "tracer", "legacy-batch", null], seen.Select(review => review["request"]!["object"]!["metadata"]!["name"]?.GetValue<string>()));
        var job = seen[^1]["request"]!;
        Assert.Equal("reindex-", job["object"]!["metadata"]!["generateName"]!.GetValue<string>());
        Assert.Equal("Job", job["object"]!["metadata"]!["ownerReferences"]![0]!["kind"]!.GetValue<string>());
        Assert.Equal(("shop", "CREATE", "pods"), (job["namespace"]!.GetValue<string>(), job["operation"]!.GetValue<string>(), job["resource"]!["resource"]!.GetValue<string>()));
        Assert.Equal(4, seen.Select(review => review["request"]!["uid"]!.GetValue<string>()).Distinct().Count());
    }

    [Fact]
    public async Task A_refusal_exits_with_1_and_its_sentence()
    {
        await using var server = await FakeServer.Start(async context =>
        {
            var review = (await JsonNode.ParseAsync(context.Request.Body))!;
            await context.Response.WriteAsync($$$"""{"response":{"uid":"{{{review["request"]!["uid"]}}}","allowed":false,"status":{"message":"no room"},"auditAnnotations":{"decision":"denied","reason":"mode-not-granted"} } }""");
        });
        using var folder = new Folder();
        var run = await Coral.Run("review", "-f", Sample, "--webhook", server.Url + "/mutate?timeout=2s", "--ca-file", folder.Write("ca.crt", server.Pem), "-o", "json");
        Assert.Equal(1, run.Code);
        Assert.All(run.Lines, line => Assert.Equal((false, "denied", "no room"), (line.GetProperty("allowed").GetBoolean(), line.GetProperty("outcome").GetString(), line.GetProperty("message").GetString())));
    }

    [Fact]
    public async Task A_certificate_of_another_CA_is_not_trusted()
    {
        await using var server = await FakeServer.Start(context => Decide(context, []));
        await using var other = await FakeServer.Start(context => Decide(context, []));
        using var folder = new Folder();
        var run = await Coral.Run("review", "-f", Sample, "--webhook", server.Url, "--ca-file", folder.Write("ca.crt", other.Pem));
        Assert.Equal(3, run.Code);
        Assert.StartsWith($"coral: cannot reach the webhook {server.Url}/mutate: its certificate is not trusted", Assert.Single(run.Complaints));
    }

    [Fact]
    public async Task A_server_that_is_not_there_or_is_no_webhook_exits_with_3()
    {
        var gone = await Coral.Run("review", "-f", Sample, "--webhook", "https://127.0.0.1:1");
        Assert.Equal("coral: cannot reach the webhook https://127.0.0.1:1/mutate: connection refused; is it running there?", Assert.Single(gone.Complaints));
        Assert.Equal(3, gone.Code);

        await using var server = await FakeServer.Start(context =>
        {
            context.Response.StatusCode = 404;
            return context.Response.WriteAsync("no such page\nat all");
        });
        using var folder = new Folder();
        var lost = await Coral.Run("review", "-f", Sample, "--webhook", server.Url, "--ca-file", folder.Write("ca.crt", server.Pem));
        Assert.Equal($"coral: the webhook {server.Url}/mutate answered 404 to Pod/checkout: no such page", Assert.Single(lost.Complaints));
        Assert.Equal(3, lost.Code);
    }

    private static async Task Decide(HttpContext context, List<JsonNode> seen)
    {
        using var review = await JsonDocument.ParseAsync(context.Request.Body);
        seen.Add(JsonNode.Parse(review.RootElement.GetRawText())!);
        var request = review.RootElement.GetProperty("request");
        var uid = request.GetProperty("uid").GetString()!;
        var facts = ClusterFacts.Empty with { Namespaces = FactsReader.Namespaces(BundleReader.Read(Coral.Standalone).Namespaces.Select(item => item.Object)) };
        var decision = new DecisionEngine().Decide(new PodRequest { DecisionId = uid, Namespace = request.GetProperty("namespace").GetString()!, Pod = request.GetProperty("object") }, facts);
        var response = new JsonObject
        {
            ["uid"] = uid,
            ["allowed"] = true,
            ["warnings"] = new JsonArray([.. decision.Warnings.Select(warning => (JsonNode)warning)]),
            ["auditAnnotations"] = new JsonObject { ["decision"] = decision.Outcome.ToCode(), ["reason"] = decision.Reason, ["variant"] = decision.Variant },
        };
        if (!decision.Patch.IsEmpty) response["patch"] = Convert.ToBase64String(decision.Patch.Span);
        await context.Response.WriteAsync(new JsonObject { ["response"] = response }.ToJsonString());
    }
}
