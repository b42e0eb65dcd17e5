namespace Coral.Policies.PodSecurity;

/// <summary>The levels of the Pod Security Standards, from the most permissive to the strictest.</summary>
public enum Level
{
    /// <summary>Everything is admitted.</summary>
    Privileged,

    /// <summary>Known privilege escalations are refused.</summary>
    Baseline,

    /// <summary>Hardened.</summary>
    Restricted,
}
