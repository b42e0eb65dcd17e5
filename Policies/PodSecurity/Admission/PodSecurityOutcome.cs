using System.Collections.Immutable;

namespace Coral.Policies.PodSecurity.Admission;

/// <summary>What the API server's PodSecurity plug-in answers. Immutable; an evaluation of its own for each mode, in the API server's words.</summary>
public sealed record PodSecurityOutcome
{
    /// <summary>Allowed without a word: the plug-in has no say about the request.</summary>
    public static readonly PodSecurityOutcome Silent = new();

    /// <summary>Whether the request passes.</summary>
    public bool Allowed => Refusal.Length == 0;

    /// <summary>What the 403 says after <c>pods "NAME" is forbidden: </c>; empty when the request passes. Only pods are refused, never workloads.</summary>
    public string Refusal { get; init; } = "";

    /// <summary>At most one: what the namespace's warn level has against the pod. None on a refusal.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>Why nothing was judged, if an exemption applies.</summary>
    public PodSecurityExemption Exemption { get; init; }

    /// <summary>
    /// The annotations of the audit event, by full name: <c>pod-security.kubernetes.io/</c> and <c>enforce-policy</c> (pods that were judged), <c>audit-violations</c>,
    /// <c>exempt</c> (<c>namespace</c>, <c>user</c> or <c>runtimeClass</c>), <c>error</c> (namespace labels that can't be read).
    /// </summary>
    public ImmutableSortedDictionary<string, string> AuditAnnotations { get; init; } = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);

    internal PodSecurityOutcome Annotate(string name, string value) => this with { AuditAnnotations = AuditAnnotations.SetItem(Vocabulary.PodSecurityPrefix + name, value) };
}
