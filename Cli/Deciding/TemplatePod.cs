using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Cli.Inputs;
using Coral.Policies;

namespace Coral.Cli.Deciding;

/// <summary>
/// The pod that a controller makes of a template, as far as it is known before: the final owner decides whether the pod must complete and which policy
/// matches. What is added here for the decision is taken out again before the template is printed.
/// </summary>
internal sealed class TemplatePod
{
    private static readonly string[] Added = ["apiVersion", "kind"];

    private readonly InputObject item;

    /// <param name="item">What the user handed in.</param>
    /// <param name="mode">The value of <c>coral.io/mode</c> that the pod shall have instead of its own; null leaves that.</param>
    internal TemplatePod(InputObject item, string? mode = null)
    {
        this.item = item;
        Node = WorkloadTemplate.PodOf(item.Template, item.Kind);
        if (mode is not null) Annotate(mode);
        Element = Json.ToElement(Node);
    }

    /// <summary>A copy that the caller may change.</summary>
    internal JsonObject Node { get; }

    /// <summary>What is decided on.</summary>
    internal JsonElement Element { get; }

    /// <summary>The whole object with this pod, after it was changed, in the place of its template.</summary>
    internal JsonElement BackInPlace()
    {
        if (item.Kind == "Pod") return Json.ToElement(Node);
        var template = item.Template;
        foreach (var name in Added) Restore(Node, name, template.Get(name));
        if (Node["metadata"] is JsonObject metadata) Restore(metadata, "ownerReferences", template.Get("metadata"u8).Get("ownerReferences"u8));

        var root = Copy(item.Document.Object);
        var path = WorkloadTemplate.PathOf(item.Kind)!;
        var parent = path.SkipLast(1).Aggregate(root, (at, name) => at[name]!.AsObject());
        parent[path[^1]] = Node;
        return Json.ToElement(root);
    }

    private void Annotate(string mode)
    {
        if (Node["metadata"] is not JsonObject metadata) Node["metadata"] = metadata = [];
        if (metadata["annotations"] is not JsonObject annotations) metadata["annotations"] = annotations = [];
        annotations[Vocabulary.Mode] = mode;
    }

    private static void Restore(JsonObject parent, string name, JsonElement was)
    {
        if (was.ValueKind == JsonValueKind.Undefined) parent.Remove(name);
        else parent[name] = Json.ToNode(was);
    }

    private static JsonObject Copy(JsonElement element) => JsonObject.Create(element)!;
}
