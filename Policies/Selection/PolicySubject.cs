using System.Text.Json;
using Coral.Policies.Nodes;

namespace Coral.Policies.Selection;

/// <summary>What policies ask of one pod. Texts are read once, when the first policy asks for them. Lives for one decision; not thread safe.</summary>
internal struct PolicySubject(JsonElement pod, NamespaceFacts scope)
{
    private readonly JsonElement metadata = pod.Get("metadata"u8);
    private readonly JsonElement spec = pod.Get("spec"u8);
    private string[]? images;
    private string? account;
    private string? owner;

    /// <summary>The pod's labels.</summary>
    internal readonly JsonElement.ObjectEnumerator Labels => metadata.Members("labels"u8);

    /// <summary>The name of the service account, <c>default</c> where none is stated.</summary>
    internal string Account => account ??= spec.Text("serviceAccountName"u8) is { Length: > 0 } stated ? stated : "default";

    /// <summary>The kind of the controlling owner, or <c>None</c>.</summary>
    internal string Owner => owner ??= OwnerKind(metadata) ?? "None";

    private string[] Images => images ??= ReadImages(pod);

    /// <summary>Whether every part of a match holds.</summary>
    internal bool Is(PolicyMatch match)
    {
        if (ReferenceEquals(match, PolicyMatch.All)) return true;
        if (match.Namespaces is { } namespaces)
        {
            if (namespaces.Names.Length > 0 && !namespaces.Names.Contains(scope.Name)) return false;
            if (namespaces.Selector is { } selector && !LabelSelectors.Matches(selector, scope.Labels)) return false;
        }

        if (match.Pods is { } pods && !LabelSelectors.Matches(pods, metadata.Get("labels"u8))) return false;
        if (match.Owners.Length > 0 && !match.Owners.Contains(Owner)) return false;
        if (match.ServiceAccounts.Length > 0 && !match.ServiceAccounts.Contains(Account)) return false;
        if (match.Images.Length > 0 && !AnyImage(match)) return false;
        foreach (var (key, value) in match.NodeSelector)
        {
            if (spec.Get("nodeSelector"u8).Text(key) != value) return false;
        }

        return true;
    }

    /// <summary>The kind of the controlling owner, or null.</summary>
    internal static string? OwnerKind(JsonElement metadata)
    {
        foreach (var reference in metadata.Items("ownerReferences"u8))
        {
            if (reference.IsTrue("controller"u8)) return reference.Text("kind"u8);
        }

        return null;
    }

    /// <summary><c>*</c> is any run of characters; linear time with one point to go back to, whatever the pattern.</summary>
    internal static bool Glob(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int p = 0, t = 0, star = -1, mark = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                mark = t;
            }
            else if (p < pattern.Length && pattern[p] == text[t])
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++mark;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '*') p++;
        return p == pattern.Length;
    }

    private bool AnyImage(PolicyMatch match)
    {
        foreach (var image in Images)
        {
            foreach (var pattern in match.Images)
            {
                if (Glob(pattern, image)) return true;
            }
        }

        return false;
    }

    private static string[] ReadImages(JsonElement pod)
    {
        var images = new List<string>();
        foreach (var entry in new PodView(pod).Containers)
        {
            if (entry.Container.Text("image"u8) is { } image) images.Add(image);
        }

        return [.. images];
    }
}
