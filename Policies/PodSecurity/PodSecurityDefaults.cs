using System.Collections.Immutable;

namespace Coral.Policies.PodSecurity;

/// <summary>Why a pod is not judged at all: the value of the API server's audit annotation <c>pod-security.kubernetes.io/exempt</c>.</summary>
public enum PodSecurityExemption
{
    /// <summary>No exemption.</summary>
    None,

    /// <summary>The namespace is exempt.</summary>
    Namespace,

    /// <summary>The requesting user is exempt.</summary>
    User,

    /// <summary>The pod's runtime class is exempt.</summary>
    RuntimeClass,
}

/// <summary>The names of exemptions, as the API server's audit annotation has them.</summary>
public static class PodSecurityExemptions
{
    /// <summary><c>namespace</c>, <c>user</c>, <c>runtimeClass</c>, or empty for none.</summary>
    public static string ToCode(this PodSecurityExemption exemption) => exemption switch
    {
        PodSecurityExemption.Namespace => "namespace",
        PodSecurityExemption.User => "user",
        PodSecurityExemption.RuntimeClass => "runtimeClass",
        _ => "",
    };
}

/// <summary>
/// What the API server was configured with (PodSecurityConfiguration): levels for labels that a namespace lacks, and exemptions by exact name.
/// The API does not show it. Immutable.
/// </summary>
public sealed record PodSecurityDefaults
{
    /// <summary>What an API server without such a configuration has: privileged, latest, nobody exempt.</summary>
    public static readonly PodSecurityDefaults BuiltIn = new();

    /// <summary>The default of the mode that refuses.</summary>
    public LevelVersion Enforce { get; init; }

    /// <summary>The default of the mode that writes to the API server's audit log.</summary>
    public LevelVersion Audit { get; init; }

    /// <summary>The default of the mode that warns.</summary>
    public LevelVersion Warn { get; init; }

    /// <summary>Exempt namespaces.</summary>
    public ImmutableHashSet<string> Namespaces { get; init; } = [];

    /// <summary>Exempt user names, as authenticated.</summary>
    public ImmutableHashSet<string> Usernames { get; init; } = [];

    /// <summary>Exempt runtime classes.</summary>
    public ImmutableHashSet<string> RuntimeClasses { get; init; } = [];

    /// <summary>The exemption that applies, looked for in the API server's order. An exempt pod is not enforced, audited or warned about.</summary>
    public PodSecurityExemption Exempts(string @namespace, string username, string? runtimeClass)
    {
        if (Namespaces.Contains(@namespace)) return PodSecurityExemption.Namespace;
        if (Usernames.Contains(username)) return PodSecurityExemption.User;
        return !string.IsNullOrEmpty(runtimeClass) && RuntimeClasses.Contains(runtimeClass) ? PodSecurityExemption.RuntimeClass : PodSecurityExemption.None;
    }
}
