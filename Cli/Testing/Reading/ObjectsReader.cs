using System.Collections.Immutable;
using System.Text.Json;
using Coral.Cli.Inputs;
using Coral.Policies;
using Coral.Policies.Bundles;

namespace Coral.Cli.Testing.Reading;

/// <summary>Reads what is decided on: objects that stand there, in files, or elsewhere in the same file by <c>Kind/name</c>.</summary>
internal sealed class ObjectsReader(SourceFiles files, List<BundleProblem> problems)
{
    /// <summary>Every object of the list that runs pods; at least one, or a mistake was noted.</summary>
    internal ImmutableArray<InputObject> Read(ManifestDocument test, JsonField list, IReadOnlyList<ManifestDocument> own)
    {
        var objects = ImmutableArray.CreateBuilder<InputObject>();
        foreach (var item in list.Items())
        {
            var before = problems.Count;
            var found = item.Value.ValueKind == JsonValueKind.Object ? Inner(test, item) : Named(test, item, own);
            if (found.Count == 0 && problems.Count == before) Report(test, item, "runs no pods, so nothing can be decided on it");
            objects.AddRange(found);
        }

        if (objects.Count == 0 && !list.Items().Any()) Report(test, list, "names no object");
        return objects.ToImmutable();
    }

    private List<InputObject> Inner(ManifestDocument test, JsonField item)
    {
        var inline = new Inline(test, item);
        var found = new List<InputObject>();
        foreach (var document in inline.Read(problems))
        {
            if (new ObjectHead(document.Object).Mistake is var (path, message)) problems.Add(inline.Place(new BundleProblem(test.File, 0, path, message)));
            else if (new InputObject(document) is { RunsPods: true } one) found.Add(one);
        }

        return found;
    }

    private List<InputObject> Named(ManifestDocument test, JsonField item, IReadOnlyList<ManifestDocument> own)
    {
        if (item.Value.AsText() is not { Length: > 0 } name) return [];
        if (!SourceFiles.LooksLikePath(name)) return Labelled(test, item, name, own);
        var file = SourceFiles.Resolve(test.File, name);
        if (File.Exists(file)) return Complete(files.Read(file).Select(document => new InputObject(document)));
        Report(test, item, $"there is no file {file}");
        return [];
    }

    private List<InputObject> Labelled(ManifestDocument test, JsonField item, string label, IReadOnlyList<ManifestDocument> own)
    {
        var known = own.Select(document => new InputObject(document)).Where(one => one.RunsPods).ToList();
        var found = known.Where(one => one.Label == label).ToList();
        if (found.Count == 0) Report(test, item, $"no object {JsonDescribe.Short(label)} stands in this file; {(known.Count == 0 ? "a path ends in .yaml or .json" : Suggest.Among(label, [.. known.Select(one => one.Label)]))}");
        else if (found.Count > 1) Report(test, item, $"{JsonDescribe.Short(label)} stands {found.Count} times in this file");
        return Complete(found);
    }

    /// <summary>Notes what keeps an object from being decided on.</summary>
    private List<InputObject> Complete(IEnumerable<InputObject> all)
    {
        var found = new List<InputObject>();
        foreach (var one in all.Where(one => one.RunsPods))
        {
            if (new ObjectHead(one.Document.Object).Mistake is not var (path, message)) found.Add(one);
            else problems.Add(new BundleProblem(one.Document.File, one.Document.LineOf(path), path, message));
        }

        return found;
    }

    private void Report(ManifestDocument test, JsonField field, string message) => problems.Add(new BundleProblem(test.File, test.LineOf(field.Path), field.Path, message));
}
