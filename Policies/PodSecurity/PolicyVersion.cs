using System.Globalization;

namespace Coral.Policies.PodSecurity;

/// <summary>
/// The version of the standards that a namespace asks for: <c>latest</c> (the default value) or <c>v1.N</c>. It may name a version that nobody knows yet;
/// evaluation then uses the newest known one, and messages still show what was asked for.
/// </summary>
public readonly record struct PolicyVersion
{
    private readonly bool pinned;
    private readonly long minor;

    private PolicyVersion(long minor)
    {
        pinned = true;
        this.minor = minor;
    }

    /// <summary>Whatever the API server's own release holds.</summary>
    public static PolicyVersion Latest => default;

    /// <summary>The newest version whose checks this build has.</summary>
    public static PolicyVersion NewestKnown { get; } = new(KubernetesVersion.NewestKnown.Minor);

    /// <summary>Whether this is <c>latest</c>.</summary>
    public bool IsLatest => !pinned;

    /// <summary>The N of <c>v1.N</c>; null for <c>latest</c>.</summary>
    public long? Minor => pinned ? minor : null;

    /// <summary><c>v1.N</c>. <paramref name="minor"/> is not negative.</summary>
    public static PolicyVersion V1(int minor)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(minor);
        return new PolicyVersion(minor);
    }

    /// <summary>Reads <c>latest</c> or <c>v1.N</c> without leading zeros, nothing else; on false the value is <c>latest</c>, as the reference has it.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out PolicyVersion version)
    {
        version = Latest;
        if (text is "latest") return true;
        if (!text.StartsWith("v1.", StringComparison.Ordinal)) return false;
        var digits = text[3..];
        if (digits.Length > 1 && digits[0] == '0') return false;
        if (!long.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var minor)) return false;
        version = new PolicyVersion(minor);
        return true;
    }

    /// <summary>
    /// The version that is evaluated: the older of this, the newest known and the API server's own minor. Never <c>latest</c>.
    /// A null <paramref name="server"/> (not known, or offline) leaves only the newest known as the bound.
    /// </summary>
    public PolicyVersion Clamp(KubernetesVersion? server = null)
    {
        var bound = server is { Major: 1 } known && known < KubernetesVersion.NewestKnown ? known.Minor : KubernetesVersion.NewestKnown.Minor;
        return pinned && minor <= bound ? this : new PolicyVersion(bound);
    }

    /// <summary><c>latest</c> or <c>v1.N</c>.</summary>
    public override string ToString() => pinned ? string.Create(CultureInfo.InvariantCulture, $"v1.{minor}") : "latest";
}

/// <summary>A level at a version, written <c>baseline:v1.34</c>.</summary>
public readonly record struct LevelVersion(Level Level, PolicyVersion Version)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Level.ToText()}:{Version}";
}
