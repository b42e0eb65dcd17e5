using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Policies.Bundles;
using Coral.Policies.Tests.Real;
using Coral.Testing.Kit;

namespace Coral.Policies.Tests.Bundles.Real;

/// <summary>The CRDs and our reader accept and refuse the same objects, by a real API server.</summary>
[Collection(RealCollection.Name)]
public sealed class CustomResourceTests(RealCluster cluster)
{
    private const string Group = "/apis/coral.io/v1alpha1";

    [KitFact]
    public async Task Good_objects_are_accepted()
    {
        foreach (var document in Documents("policies-good.yaml").Concat(Documents("reports-good.yaml")))
        {
            var answer = await TryCreateAsync(document);
            Assert.True(answer.Ok, $"{document.Name}: {answer}");
        }
    }

    [KitFact]
    public async Task Bad_objects_are_refused()
    {
        var accepted = new List<string>();
        foreach (var document in Documents("policies-bad.yaml").Concat(Documents("reports-bad.yaml")))
        {
            var answer = await TryCreateAsync(document);
            if (answer.Ok) accepted.Add(document.Name);
            else Assert.True(IsAboutTheObject(answer), $"{document.Name}: {answer}");
        }

        Assert.Empty(accepted);
    }

    [KitFact]
    public async Task A_stored_object_is_read_as_its_file()
    {
        const string name = "stored";
        var document = Documents("policies-good.yaml").Single(document => document.Name == "everything");
        var sent = JsonNode.Parse(document.Object.GetRawText())!;
        sent["metadata"]!["name"] = name;

        var stored = (await cluster.Api.Apply($"{Group}/injectionpolicies/{name}", sent)).Expect();

        Assert.True(InjectionPolicyReader.TryRead(stored.Deserialize<JsonElement>(), out var read, out var problems), string.Join('\n', problems));
        Assert.True(InjectionPolicyReader.TryRead(document.Object, out var own, out _));
        Assert.Equal(own!.Match.Namespaces!.Names.AsEnumerable(), read!.Match.Namespaces!.Names.AsEnumerable());
        Assert.Equal((own.Priority, own.Rollout, own.DefaultLevel, own.Strategy), (read.Priority, read.Rollout, read.DefaultLevel, read.Strategy));
    }

    private static IEnumerable<ManifestDocument> Documents(string file) => YamlDocuments.ReadFile(TestData.PathOf(file));

    private static bool IsAboutTheObject(ApiResponse answer) =>
        answer.Message is { } message && (message.Contains("is invalid", StringComparison.Ordinal) || message.Contains("strict decoding error", StringComparison.Ordinal));

    // As `kubectl create --dry-run=server --validate=strict` asks, without the start of a program for each object.
    private Task<ApiResponse> TryCreateAsync(ManifestDocument document)
    {
        var plural = document.Object.GetProperty("kind").GetString() == "NodeCapability" ? "nodecapabilities" : "injectionpolicies";
        return cluster.Api.SendText(HttpMethod.Post, $"{Group}/{plural}?dryRun=All&fieldValidation=Strict", document.Object.GetRawText());
    }
}
