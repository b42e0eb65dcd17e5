using System.Text.Json;
using Coral.Policies.Nodes;

namespace Coral.Policies.Selection;

/// <summary>Which policy is for a pod: the first of the ordered list whose every part holds.</summary>
internal static class PolicyMatcher
{
    internal static InjectionPolicy? Find(JsonElement pod, NamespaceFacts scope, ClusterFacts facts)
    {
        foreach (var policy in facts.Policies)
        {
            if (Matches(policy.Match, pod, scope)) return policy;
        }

        return null;
    }

    private static bool Matches(PolicyMatch match, JsonElement pod, NamespaceFacts scope)
    {
        if (ReferenceEquals(match, PolicyMatch.All)) return true;
        if (match.Namespaces is { } namespaces)
        {
            if (namespaces.Names.Length > 0 && !namespaces.Names.Contains(scope.Name)) return false;
            if (namespaces.Selector is { } selector && !LabelSelectors.Matches(selector, scope.Labels)) return false;
        }

        var metadata = pod.Get("metadata"u8);
        var spec = pod.Get("spec"u8);
        if (match.Pods is { } pods && !LabelSelectors.Matches(pods, metadata.Get("labels"u8))) return false;
        if (match.Owners.Length > 0 && !match.Owners.Contains(OwnerKind(metadata) ?? "None")) return false;
        if (match.ServiceAccounts.Length > 0 && !match.ServiceAccounts.Contains(spec.Text("serviceAccountName"u8) is { Length: > 0 } account ? account : "default")) return false;
        if (match.Images.Length > 0 && !AnyImage(match, pod)) return false;
        foreach (var (key, value) in match.NodeSelector)
        {
            if (spec.Get("nodeSelector"u8).Text(key) != value) return false;
        }

        return true;
    }

    /// <summary>The kind of the controlling owner, or null.</summary>
    internal static string? OwnerKind(JsonElement metadata)
    {
        foreach (var owner in metadata.Items("ownerReferences"u8))
        {
            if (owner.IsTrue("controller"u8)) return owner.Text("kind"u8);
        }

        return null;
    }

    private static bool AnyImage(PolicyMatch match, JsonElement pod)
    {
        foreach (var entry in new PodView(pod).Containers)
        {
            if (entry.Container.Text("image"u8) is not { } image) continue;
            foreach (var pattern in match.Images)
            {
                if (Glob(pattern, image)) return true;
            }
        }

        return false;
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
}
