using System.Globalization;

namespace Coral.Policies;

/// <summary>Major and minor of an API server or kubelet. Patch level, vendor suffix and build metadata never decide anything here.</summary>
public readonly record struct KubernetesVersion(int Major, int Minor) : IComparable<KubernetesVersion>
{
    /// <summary>The newest Kubernetes whose behaviour this build knows.</summary>
    public static readonly KubernetesVersion NewestKnown = new(1, 37);

    /// <summary>Reads <c>v1.36.3</c>, <c>1.36</c>, <c>v1.34.2-eks-b3126f4</c> and the like; false for anything else.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out KubernetesVersion version)
    {
        version = default;
        text = text.Trim();
        if (text.StartsWith("v", StringComparison.Ordinal)) text = text[1..];
        var dot = text.IndexOf('.');
        if (dot <= 0) return false;
        var minor = text[(dot + 1)..];
        var end = 0;
        while (end < minor.Length && char.IsAsciiDigit(minor[end])) end++;
        if (!int.TryParse(text[..dot], NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            || !int.TryParse(minor[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var minorNumber)) return false;
        version = new KubernetesVersion(major, minorNumber);
        return true;
    }

    /// <inheritdoc/>
    public int CompareTo(KubernetesVersion other) => Major != other.Major ? Major.CompareTo(other.Major) : Minor.CompareTo(other.Minor);

    /// <summary>Older than.</summary>
    public static bool operator <(KubernetesVersion left, KubernetesVersion right) => left.CompareTo(right) < 0;

    /// <summary>Newer than.</summary>
    public static bool operator >(KubernetesVersion left, KubernetesVersion right) => left.CompareTo(right) > 0;

    /// <summary>Older than or the same.</summary>
    public static bool operator <=(KubernetesVersion left, KubernetesVersion right) => left.CompareTo(right) <= 0;

    /// <summary>Newer than or the same.</summary>
    public static bool operator >=(KubernetesVersion left, KubernetesVersion right) => left.CompareTo(right) >= 0;

    /// <inheritdoc/>
    public override string ToString() => $"v{Major}.{Minor}";
}
