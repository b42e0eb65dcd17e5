using System.Text;
using System.Text.Json;
using Coral.Policies.Bundles;
using Coral.Policies.Tests.Real;
using Coral.Testing.Kit;

namespace Coral.Policies.Tests.Bundles.Real;

/// <summary>The recorded expectations of YamlScalarTests are what kubectl really says, and what we print is read by kubectl as the same object.</summary>
[Collection(RealCollection.Name)]
public sealed class KubectlYamlTests(RealCluster cluster)
{
    [KitFact]
    public async Task Recorded_scalars_are_kubectls()
    {
        var lines = TestData.Read("kubectl-scalars.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).ToList();
        var good = lines.Where(line => line[1] != "error").ToList();
        var yaml = new StringBuilder("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n");
        for (var i = 0; i < good.Count; i++) yaml.Append($"  v{i}: {good[i][0]}\n");
        var data = JsonElement.Parse(await PrintAsync(yaml.ToString()) ?? throw new InvalidOperationException("kubectl refuses the recorded scalars")).GetProperty("data");
        for (var i = 0; i < good.Count; i++) SameJson.Assert(JsonElement.Parse(good[i][1]), data.GetProperty($"v{i}"), good[i][0]);

        foreach (var line in lines.Where(line => line[1] == "error"))
        {
            Assert.True(await PrintAsync($"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata:\n  v: {line[0]}\n  w: 0\n") is null, line[0]);
        }
    }

    [KitFact]
    public async Task Recorded_files_are_kubectls()
    {
        foreach (var file in Directory.EnumerateFiles(TestData.PathOf("yaml"), "*.yaml"))
        {
            var printed = YamlDocuments.Read((await PrintAsync(File.ReadAllText(file)))!, "kubectl").ToList();
            var recorded = YamlDocuments.ReadFile(Path.ChangeExtension(file, ".kubectl.json")).ToList();
            Assert.Equal(recorded.Count, printed.Count);
            foreach (var (left, right) in recorded.Zip(printed)) SameJson.Assert(Data(left), Data(right));
        }
    }

    [KitFact]
    public async Task What_we_print_is_read_by_kubectl()
    {
        foreach (var name in new[] { "style.json", "yaml/quotes.kubectl.json", "yaml/blocks.kubectl.json" })
        {
            var own = YamlDocuments.ReadFile(TestData.PathOf(name)).Single().Object;
            var output = new StringWriter();
            YamlText.Write(own, output);
            var printed = JsonElement.Parse((await PrintAsync(output.ToString()))!);
            foreach (var member in own.EnumerateObject().Where(member => member.Name != "metadata")) SameJson.Assert(member.Value, printed.GetProperty(member.Name), member.Name);
        }
    }

    /// <summary>kubectl adds a namespace to the metadata, so the name and the content are compared.</summary>
    private static JsonElement Data(ManifestDocument document) =>
        document.Object.TryGetProperty("data", out var data) ? data : document.Object.GetProperty("metadata").GetProperty("name");

    /// <summary>What kubectl makes of a text without asking the server; null when it refuses it.</summary>
    private async Task<string?> PrintAsync(string yaml)
    {
        var result = await cluster.Cluster.TryKubectl(["create", "--validate=false", "--dry-run=client", "-o", "json", "-f", "-"], yaml);
        return result.ExitCode == 0 ? result.Output : null;
    }
}
