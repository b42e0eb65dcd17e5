using Coral.Policies.Bundles;

namespace Coral.Cli.Inputs;

/// <summary>Reads the objects of <c>-f</c>.</summary>
internal static class InputFiles
{
    /// <summary>Every object of every file, in their order. Mistakes are noted; objects of a kind that runs pods are complete enough to be decided.</summary>
    internal static List<InputObject> Read(IReadOnlyList<string> files, Terminal terminal, Problems problems)
    {
        var objects = new List<InputObject>();
        foreach (var file in Names(files, problems)) problems.Try(() => Append(file, terminal, objects));
        foreach (var item in objects)
        {
            if (item.Mistake is { } mistake) problems.Add(mistake);
        }

        return objects;
    }

    /// <summary>The files, each once. None at all and one that is named twice are mistakes.</summary>
    internal static List<string> Names(IReadOnlyList<string> files, Problems problems)
    {
        if (files.Count == 0) problems.Add("-f is needed: a file with Kubernetes objects, or - for standard input");
        var names = files.Distinct(StringComparer.Ordinal).ToList();
        if (files.Count != names.Count) problems.Add("-f names a file twice");
        return names;
    }

    private static List<InputObject> Append(string file, Terminal terminal, List<InputObject> objects)
    {
        var before = objects.Count;
        using var input = file == YamlDocuments.StandardInput ? terminal.OpenInput() : null;
        foreach (var document in input is null ? YamlDocuments.ReadFile(file) : YamlDocuments.Read(input, file)) objects.Add(new InputObject(document));
        if (objects.Count == before) throw new BadInputException($"{file}: no Kubernetes object in it");
        return objects;
    }
}
