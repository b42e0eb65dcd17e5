using System.Collections.Immutable;
using System.Text.Json;
using Coral.Cli.Testing.Stating;
using Coral.Policies;
using Coral.Policies.Bundles;
using Coral.Policies.Nodes;
using Coral.Policies.PodSecurity;

namespace Coral.Cli.Testing.Reading;

/// <summary>Makes tests of case files, and collects the mistakes of all of them. Used for one run.</summary>
internal sealed class TestReader(TimeProvider time)
{
    private readonly List<BundleProblem> problems = [];

    /// <summary>Every mistake so far, each once, in the order of files and lines.</summary>
    internal IEnumerable<BundleProblem> Problems =>
        problems.Distinct().GroupBy(problem => problem.File, StringComparer.Ordinal).SelectMany(file => file.OrderBy(problem => problem.Line));

    /// <summary>All tests of the files. Where there are mistakes, what is returned means nothing.</summary>
    internal List<DecisionTest> Read(IReadOnlyList<CaseFile> found)
    {
        var files = new SourceFiles(problems);
        var tests = new List<DecisionTest>();
        foreach (var file in found)
        {
            var before = problems.Count;
            var documents = files.Read(file.Path);
            var own = documents.Where(document => !IsTest(document)).ToList();
            if (own.Count == documents.Count && problems.Count == before) problems.Add(new BundleProblem(file.Path, 0, "", $"holds no {DecisionTest.Kind} ({DecisionTest.ApiVersion})"));
            foreach (var document in documents.Where(IsTest)) tests.Add(Read(file, document, own, files));
        }

        return tests;
    }

    private static bool IsTest(ManifestDocument document) => document.ApiVersion.StartsWith("test.coral.io/", StringComparison.Ordinal) || document.Kind == DecisionTest.Kind;

    private DecisionTest Read(CaseFile file, ManifestDocument document, List<ManifestDocument> own, SourceFiles files)
    {
        foreach (var mistake in TestValidator.Shared.Mistakes(document.Object)) problems.Add(new BundleProblem(document.File, document.LineOf(mistake.Path), mistake.Path, mistake.Message));
        var layers = new LayerReader(files, problems);
        var objects = new ObjectsReader(files, problems);
        var top = new JsonField(document.Object, "");
        var shared = layers.Read(document, top, own);
        var cases = ImmutableArray.CreateBuilder<Case>();
        foreach (var item in top.Member("cases").Items())
        {
            if (item.Value.ValueKind != JsonValueKind.Object) continue;
            var settings = new Settings(top, item);
            var list = settings["objects"];
            var layer = item.Member("facts").IsAbsent && item.Member("policies").IsAbsent ? shared : layers.Read(document, item, []).Over(shared);
            var decided = list.IsAbsent ? [] : objects.Read(document, list, own);
            // With a mistake the case is never run, so the rest of it need not make sense.
            if (problems.Count > 0) continue;
            var world = World.Make(layer, settings.ServerVersion, settings.ProbedLevel, settings.Now ?? time.GetUtcNow());
            cases.Add(new Case(item.Value.Text("name"u8)!, item.Value.Text("about"u8) ?? "", document.LineOf(item.Path), world, settings.Circumstances, decided, Claims(item.Member("expect").Value)));
        }

        return new DecisionTest(file.Path, file.Shown, top.Value.Text("about"u8) ?? "", cases.ToImmutable());
    }

    private static ImmutableArray<Claim> Claims(JsonElement expect) =>
        [.. Aspects.All.SelectMany(aspect => expect.Get(aspect.Name) is { ValueKind: not JsonValueKind.Undefined } stated ? aspect.Claims(stated) : [])];
}
