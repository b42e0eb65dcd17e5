using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Cli;
using Coral.Testing;
using Coral.Testing.Pods;

namespace Coral.Webhook.Tests;

/// <summary>One engine: what `coral inject` prints offline is what the webhook makes of the same pod with the same facts (case I1).</summary>
public sealed class AgreementTests(RunningWebhook webhook) : IClassFixture<RunningWebhook>
{
    private const int Pods = 400;

    [Theory]
    [InlineData("shop")]
    [InlineData("strict")]
    [InlineData("plain")]
    [InlineData("deny")]
    public async Task I1_the_CLI_and_the_webhook_make_the_same_of_every_pod(string ns)
    {
        var pods = Enumerable.Range(0, Pods).Select(seed => PodGenerator.GenerateNode(seed, new PodGeneratorOptions { UnknownFields = true })).ToList();
        foreach (var pod in pods)
        {
            pod["metadata"]!["namespace"] = ns;
            pod["apiVersion"] = "v1";
            pod["kind"] = "Pod";
        }

        var printed = await InjectAsync(string.Join('\n', pods.Select(pod => pod.ToJsonString())), ns == "deny");

        Assert.Equal(Pods, printed.Count);
        for (var seed = 0; seed < Pods; seed++)
        {
            var response = (await webhook.ReviewAsync(RunningWebhook.Review(ns, pods[seed].ToJsonString()))).GetProperty("response");
            var patched = response.TryGetProperty("patch", out var patch) ? JsonPatch.Apply(pods[seed].DeepClone(), (JsonArray)JsonNode.Parse(patch.GetBytesFromBase64())!)! : pods[seed].DeepClone();

            Assert.Equal(WithoutId(patched), WithoutId(printed[seed]));
        }
    }

    private async Task<IReadOnlyList<JsonNode>> InjectAsync(string lines, bool denied)
    {
        var (output, errors) = (new StringWriter(), new StringWriter());
        var terminal = new Terminal { OpenInput = () => new MemoryStream(Encoding.UTF8.GetBytes(lines)), Out = output, Error = errors };
        var code = await CoralCommand.RunAsync(["inject", "-f", "-", "--standalone", webhook.FactsFolder, "-o", "json"], terminal);
        Assert.True(code == (denied ? 1 : 0), $"{code}: {errors}");
        return [.. JsonNode.Parse(output.ToString())!["items"]!.AsArray().Select(item => item!)];
    }

    /// <summary>Decisions are compared without their id.</summary>
    private static string WithoutId(JsonNode pod)
    {
        if (pod["metadata"]?["annotations"]?["coral.io/status"] is JsonValue text && text.GetValueKind() == JsonValueKind.String && ((string)text!).StartsWith("{\"id\":\"", StringComparison.Ordinal))
            pod["metadata"]!["annotations"]!["coral.io/status"] = "{\"id\":\"" + ((string)text!)[((string)text!).IndexOf('"', 7)..];
        return pod.ToJsonString();
    }
}
