using System.Text.Json;
using Coral.Policies.Bundles;

namespace Coral.Policies.Tests.Bundles.Real;

/// <summary>The CRDs and our reader accept and refuse the same objects, by a real API server.</summary>
[Collection(KitCollection.Name)]
public sealed class CustomResourceTests(KitCluster cluster)
{
    [KitFact]
    public async Task Good_objects_are_accepted()
    {
        foreach (var document in Documents("policies-good.yaml").Concat(Documents("reports-good.yaml")))
        {
            var (exit, _, error) = await CreateAsync(document);
            Assert.True(exit == 0, $"{document.Name}: {error}");
        }
    }

    [KitFact]
    public async Task Bad_objects_are_refused()
    {
        var accepted = new List<string>();
        foreach (var document in Documents("policies-bad.yaml").Concat(Documents("reports-bad.yaml")))
        {
            var (exit, _, error) = await CreateAsync(document);
            if (exit == 0) accepted.Add(document.Name);
            else Assert.True(error.Contains("is invalid", StringComparison.Ordinal) || error.Contains("strict decoding error", StringComparison.Ordinal), error);
        }

        Assert.Empty(accepted);
    }

    [KitFact]
    public async Task A_stored_object_is_read_as_its_file()
    {
        var document = Documents("policies-good.yaml").Single(document => document.Name == "everything");
        var (exit, stored, error) = await cluster.KubectlAsync(document.Object.GetRawText(), "apply", "--server-side", "--force-conflicts", "-o", "json", "-f", "-");
        Assert.True(exit == 0, error);
        Assert.True(InjectionPolicyReader.TryRead(JsonElement.Parse(stored), out var read, out var problems), string.Join('\n', problems));
        Assert.True(InjectionPolicyReader.TryRead(document.Object, out var own, out _));
        Assert.Equal(own!.Match.Namespaces!.Names.AsEnumerable(), read!.Match.Namespaces!.Names.AsEnumerable());
        Assert.Equal((own.Priority, own.Rollout, own.DefaultLevel, own.Strategy), (read.Priority, read.Rollout, read.DefaultLevel, read.Strategy));
        await cluster.KubectlAsync("", "delete", "injpol", "everything");
    }

    private static IEnumerable<ManifestDocument> Documents(string file) => YamlDocuments.ReadFile(TestData.PathOf(file));

    private Task<(int Exit, string Output, string Error)> CreateAsync(ManifestDocument document) =>
        cluster.KubectlAsync(document.Object.GetRawText(), "create", "--dry-run=server", "--validate=strict", "-o", "name", "-f", "-");
}
