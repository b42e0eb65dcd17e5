using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Policies.Bundles;

namespace Coral.Cli.Testing.Reading;

/// <summary>An object that stands inside a document, as a document of its own. What is wrong with it is said of the place where it stands.</summary>
internal sealed class Inline(ManifestDocument outer, JsonField field)
{
    /// <summary>The documents that it makes (a List makes several).</summary>
    /// <param name="problems">Where mistakes are noted.</param>
    /// <param name="head">Members that may be left out where only one kind can be meant.</param>
    internal List<ManifestDocument> Read(List<BundleProblem> problems, params (string Name, string Value)[] head)
    {
        var mistakes = new List<BundleProblem>();
        var text = Encoding.UTF8.GetBytes(With(head));
        var documents = YamlDocuments.Read(new MemoryStream(text), outer.File, mistakes, outer.LineOf(field.Path)).ToList();
        problems.AddRange(mistakes.Select(Place));
        return documents;
    }

    /// <summary>Moves a mistake of the object to its place in the document.</summary>
    internal BundleProblem Place(BundleProblem problem)
    {
        var path = problem.Path.Length == 0 ? field.Path : problem.Path[0] == '[' ? field.Path + problem.Path : $"{field.Path}.{problem.Path}";
        return problem with { Path = path, Line = outer.LineOf(path) };
    }

    private string With((string Name, string Value)[] head)
    {
        if (head.All(member => field.Value.TryGetProperty(member.Name, out _))) return field.Value.GetRawText();
        var whole = new JsonObject();
        foreach (var (name, value) in head) whole[name] = value;
        foreach (var member in JsonObject.Create(field.Value)!.ToList()) whole[member.Key] = member.Value?.DeepClone();
        return whole.ToJsonString();
    }
}
