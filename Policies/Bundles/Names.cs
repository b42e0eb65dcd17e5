using System.Text.RegularExpressions;

namespace Coral.Policies.Bundles;

/// <summary>The kinds of names that Kubernetes has (k8s.io/apimachinery/pkg/util/validation; the limits are part of its API).</summary>
internal static partial class Names
{
    public static readonly JsonCheck Subdomain = Checks.Text("a name of lower-case letters, digits, '-' and '.'", IsSubdomain);

    public static readonly JsonCheck Namespace = Checks.Text("the name of a namespace (lower-case letters, digits and '-')", IsLabel);

    public static readonly JsonCheck LabelKey = Checks.Text("a label key", IsLabelKey);

    public static readonly JsonCheck LabelValue = Checks.Text("a label value (at most 63 letters, digits, '-', '_' and '.')", IsLabelValue);

    /// <summary>RFC 1123 subdomain: names of most objects.</summary>
    public static bool IsSubdomain(string text) => text.Length <= 253 && SubdomainPattern().IsMatch(text);

    /// <summary>RFC 1123 label: names of namespaces.</summary>
    public static bool IsLabel(string text) => text.Length <= 63 && LabelPattern().IsMatch(text);

    /// <summary>Also the form of resource names.</summary>
    public static bool IsLabelKey(string text)
    {
        var slash = text.IndexOf('/');
        return IsQualifiedPart(text[(slash + 1)..]) && (slash < 0 || IsSubdomain(text[..slash]));
    }

    public static bool IsLabelValue(string text) => text.Length == 0 || IsQualifiedPart(text);

    /// <summary>Printable ASCII without the equals sign: what Kubernetes takes since 1.30.</summary>
    public static bool IsEnvName(string text) => EnvPattern().IsMatch(text);

    /// <summary>IANA service name: names of ports.</summary>
    public static bool IsPortName(string text) => text.Length <= 15 && PortPattern().IsMatch(text);

    private static bool IsQualifiedPart(string text) => text.Length <= 63 && QualifiedPattern().IsMatch(text);

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex SubdomainPattern();

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex LabelPattern();

    [GeneratedRegex(@"^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?\z", RegexOptions.CultureInvariant)]
    private static partial Regex QualifiedPattern();

    [GeneratedRegex(@"^[ -<>-~]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex EnvPattern();

    // At least one letter, no two hyphens beside each other.
    [GeneratedRegex(@"^(?=.*[a-z])[a-z0-9]+(-[a-z0-9]+)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex PortPattern();
}
