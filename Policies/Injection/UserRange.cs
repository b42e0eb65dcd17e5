using System.Globalization;

namespace Coral.Policies.Injection;

/// <summary>
/// The user ids that OpenShift allots to a namespace, in the annotation <c>openshift.io/sa.scc.uid-range</c>: <c>start/size</c> or <c>start-end</c>. Its security
/// context constraint <c>restricted-v2</c> refuses a container with any other, and gives containers that state none the first.
/// </summary>
internal static class UserRange
{
    /// <summary>The annotation's name.</summary>
    internal const string Annotation = "openshift.io/sa.scc.uid-range";

    /// <summary>Whether the namespace is one of OpenShift, where constraints that we cannot see decide over capabilities.</summary>
    internal static bool Rules(NamespaceFacts scope) => scope.Annotations.ContainsKey(Annotation);

    /// <summary>The first id of the range; null without a range that can be read, and for root.</summary>
    internal static int? First(NamespaceFacts scope)
    {
        if (!scope.Annotations.TryGetValue(Annotation, out var text)) return null;
        var cut = text.AsSpan().IndexOfAny('/', '-');
        if (cut < 0 || !TryRead(text.AsSpan(0, cut), out var first) || !TryRead(text.AsSpan(cut + 1), out var second)) return null;
        var last = text[cut] == '/' ? first + (long)second - 1 : second;
        return first > 0 && last >= first && last <= int.MaxValue ? first : null;
    }

    private static bool TryRead(ReadOnlySpan<char> digits, out int value) => int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out value);
}
