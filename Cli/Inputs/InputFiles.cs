using Coral.Policies;
using Coral.Policies.Bundles;

namespace Coral.Cli.Inputs;

/// <summary>Reads the objects of <c>-f</c>.</summary>
internal static class InputFiles
{
    /// <summary>Every object of every file, in their order. Mistakes are noted; objects of a kind that runs pods are complete enough to be decided.</summary>
    internal static List<InputObject> Read(IReadOnlyList<string> files, Terminal terminal, Problems problems)
    {
        var objects = new List<InputObject>();
        if (files.Count == 0) problems.Add("-f is needed: a file with Kubernetes objects, or - for standard input");
        foreach (var file in files.Distinct(StringComparer.Ordinal))
            problems.Try(() => Append(file, terminal, objects));
        if (files.Count != files.Distinct(StringComparer.Ordinal).Count()) problems.Add("-f names a file twice");
        foreach (var item in objects) Check(item, problems);
        return objects;
    }

    private static List<InputObject> Append(string file, Terminal terminal, List<InputObject> objects)
    {
        var before = objects.Count;
        using var input = file == YamlDocuments.StandardInput ? terminal.OpenInput() : null;
        foreach (var document in input is null ? YamlDocuments.ReadFile(file) : YamlDocuments.Read(input, file)) objects.Add(new InputObject(document));
        if (objects.Count == before) throw new BadInputException($"{file}: no Kubernetes object in it");
        return objects;
    }

    private static void Check(InputObject item, Problems problems)
    {
        var document = item.Document;
        if (document.ApiVersion.Length == 0 || document.Kind.Length == 0)
        {
            problems.Add($"{document.File}:{document.Line}: apiVersion and kind are needed to know what this is");
            return;
        }

        if (!item.RunsPods) return;
        var template = item.Template;
        if (template.Get("spec"u8).Get("containers"u8).ValueKind == System.Text.Json.JsonValueKind.Array) return;
        var path = string.Join('.', [.. WorkloadTemplate.PathOf(item.Kind)!, "spec", "containers"]);
        problems.Add($"{document.File}:{document.LineOf(path)}: {item.Label}: {path} must be a list of containers");
    }
}
