using System.Text.Json;
using Coral.Policies;
using Coral.Policies.Bundles;

namespace Coral.Cli.Testing.Reading;

/// <summary>Reads facts and policies that stand in one place. A name may stand there only once.</summary>
internal sealed class LayerReader(SourceFiles files, List<BundleProblem> problems)
{
    private static readonly (string, string)[] PolicyHead = [("apiVersion", Vocabulary.ApiVersion), ("kind", InjectionPolicyReader.Kind)];

    /// <summary>What <c>facts</c> and <c>policies</c> of a test or case say, after <paramref name="own"/>, the other documents of its file.</summary>
    internal Layer Read(ManifestDocument test, JsonField settings, IEnumerable<ManifestDocument> own)
    {
        var builder = new BundleBuilder(OtherKinds.Keep, problems);
        var places = Layer.Empty.Policies.ToBuilder();
        foreach (var document in own) Add(document);
        foreach (var item in settings.Member("facts").Items()) AddSource(item);
        foreach (var item in settings.Member("policies").Items()) AddSource(item, PolicyHead);
        return new Layer(builder.Build(), places.ToImmutable());

        void AddSource(JsonField item, params (string, string)[] head)
        {
            if (item.Value.ValueKind == JsonValueKind.Object)
            {
                AddInline(new Inline(test, item), head);
            }
            else if (item.Value.AsText() is { Length: > 0 } path)
            {
                path = SourceFiles.Resolve(test.File, path);
                if (!Path.Exists(path)) problems.Add(new BundleProblem(test.File, test.LineOf(item.Path), item.Path, $"there is no {path}"));
                else foreach (var document in files.ReadAll(path)) Add(document);
            }
        }

        void AddInline(Inline inline, (string, string)[] head)
        {
            foreach (var document in inline.Read(problems, head))
            {
                // Files hold what they hold, but an object of a kind that decides nothing was not put here on purpose.
                var mistakes = new List<BundleProblem>();
                new BundleBuilder(OtherKinds.Refuse, mistakes).Add(document);
                var before = problems.Count;
                if (mistakes.Count == 0) Add(document);
                else problems.AddRange(mistakes);
                for (var at = before; at < problems.Count; at++) problems[at] = inline.Place(problems[at]);
            }
        }

        void Add(ManifestDocument document)
        {
            builder.Add(document);
            if (document.Kind == InjectionPolicyReader.Kind) places[document.Name] = new PolicyPlace(document.Name, document.File, document.Line);
        }
    }
}
