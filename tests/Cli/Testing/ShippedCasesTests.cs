using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Cli.Testing.Stating;
using Coral.Policies.Bundles;
using Xunit.Abstractions;

namespace Coral.Cli.Tests.Testing;

/// <summary>manifests/samples/cases: documentation that is run, and each line of it says something.</summary>
public sealed class ShippedCasesTests(ITestOutputHelper output)
{
    private static readonly string Folder = Path.Combine(Coral.Samples, "cases");

    [Fact]
    public async Task The_shipped_cases_pass()
    {
        var run = await Coral.Run("test", Coral.Samples);
        Assert.True(run.Code == 0, run.Out + run.Error);
        Assert.Equal("", run.Error);
        Assert.True((await Coral.Run("test", Coral.Samples, "-o", "json")).Lines.Count >= 40);
    }

    [Fact]
    public async Task They_reach_every_reason_but_one_that_needs_256_KiB_every_rule_and_every_policy()
    {
        var lines = (await Coral.Run("test", Coral.Samples)).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.EndsWith("; not annotations-too-large", lines[^4]);
        Assert.Matches("^rules: ([0-9]+) of \\1 fired$", lines[^3]);
        Assert.Equal("policies: 2 of 2 matched by a case", lines[^2]);
    }

    /// <summary>Each thing that a case expects is changed, one at a time: the case fails, and the others still pass.</summary>
    [Fact]
    public async Task Each_fails_when_its_expectation_is_changed()
    {
        using var folder = new Folder();
        var changed = 0;
        for (var round = 0; ; round++)
        {
            var mutated = new HashSet<string>(StringComparer.Ordinal);
            foreach (var file in Directory.EnumerateFiles(Folder, "*.test.yaml")) folder.Write(Path.ChangeExtension(Path.GetFileName(file), ".json"), Mutate(file, round, mutated));
            if (mutated.Count == 0) break;
            var run = await Coral.Run("test", folder.Path, "-o", "json");
            Assert.True(run.Code == 1, run.Error);
            Assert.Equal(mutated.Order(StringComparer.Ordinal), run.Lines.Where(line => line.GetProperty("result").GetString() == "fail").Select(Id).Order(StringComparer.Ordinal));
            changed += mutated.Count;
        }

        output.WriteLine($"{changed} expectations changed");
        Assert.True(changed > 300);
    }

    [Fact]
    public void Every_thing_that_can_be_claimed_has_a_mutation()
    {
        var known = Mutation.Names;
        Assert.Equal(Aspects.All.Select(aspect => aspect.Name).Order(StringComparer.Ordinal), known.Order(StringComparer.Ordinal));
    }

    private static string Id(JsonElement line) => $"{Path.GetFileName(line.GetProperty("file").GetString())}: {line.GetProperty("case").GetString()}";

    /// <summary>The file as JSON, with the expectation number <paramref name="round"/> of each of its cases changed.</summary>
    private static string Mutate(string file, int round, HashSet<string> mutated)
    {
        var documents = YamlDocuments.ReadFile(file).Select(document => JsonObject.Create(document.Object)!.DeepClone().AsObject()).ToList();
        foreach (var test in documents.Where(document => (string?)document["kind"] == "DecisionTest"))
        {
            Rebase(test);
            foreach (var item in test["cases"]!.AsArray().Select(item => item!.AsObject()))
            {
                Rebase(item);
                if (Mutation.Of(item["expect"]!.AsObject()).ElementAtOrDefault(round) is not { } change) continue;
                change();
                mutated.Add($"{Path.ChangeExtension(Path.GetFileName(file), ".json")}: {item["name"]}");
            }
        }

        return string.Concat(documents.Select(document => document.ToJsonString() + "\n"));
    }

    /// <summary>The copy stands in another folder.</summary>
    private static void Rebase(JsonObject settings)
    {
        foreach (var list in new[] { "facts", "policies", "objects" })
        {
            if (settings[list] is not JsonArray items) continue;
            for (var at = 0; at < items.Count; at++)
            {
                if (items[at] is JsonValue text && Path.Join(Folder, (string)text!) is var path && Path.Exists(path)) items[at] = Path.GetFullPath(path);
            }
        }
    }
}
