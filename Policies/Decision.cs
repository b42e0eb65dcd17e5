using System.Collections.Immutable;
using Coral.Policies.Nodes;
using Coral.Policies.PodSecurity;

namespace Coral.Policies;

/// <summary>How a request ends: exactly one of these.</summary>
public enum Outcome
{
    /// <summary>The patch adds the sidecar.</summary>
    Injected,

    /// <summary>Nothing is added, for a reason.</summary>
    Skipped,

    /// <summary>Refused, because an operator asked for refusal.</summary>
    Denied,

    /// <summary>An error of ours; the pod is admitted as it came.</summary>
    Failed,
}

/// <summary>How the sidecar stands in the pod.</summary>
public enum Form
{
    /// <summary>An init container with <c>restartPolicy: Always</c> (KEP-753).</summary>
    Native,

    /// <summary>One more entry of <c>spec.containers</c>.</summary>
    Regular,
}

/// <summary>The level that decided, at its version after clamping.</summary>
public readonly record struct EffectiveLevel(Level Level, PolicyVersion Version, LevelOrigin Origin)
{
    /// <summary>The same as it was asked for, before clamping: what the API server's messages name.</summary>
    public LevelVersion Asked { get; init; } = new(Level, Version);

    /// <summary>Which exemption lifts the level; none unless <see cref="Origin"/> is <see cref="LevelOrigin.Exempt"/>.</summary>
    public PodSecurityExemption Exemption { get; init; }
}

/// <summary>What became of one variant: <see cref="Reason"/> is null for the one that was chosen.</summary>
public sealed record Candidate(string Variant, string? Reason, string? Detail)
{
    /// <summary>Whether it was chosen.</summary>
    public bool Chosen => Reason is null;
}

/// <summary>The whole answer to one request, with all that explains it. Immutable. Two decisions of the same input differ in <see cref="Id"/> only.</summary>
public sealed record Decision
{
    /// <summary>The admission request's uid, or offline a UUIDv5 of the input.</summary>
    public required string Id { get; init; }

    /// <summary>How it ended.</summary>
    public required Outcome Outcome { get; init; }

    /// <summary>One of <see cref="Reasons"/>.</summary>
    public required string Reason { get; init; }

    /// <summary>The chosen variant (also where a rollout holds it back); null where none was.</summary>
    public string? Variant { get; init; }

    /// <summary>The chosen form, with <see cref="Variant"/>.</summary>
    public Form? Form { get; init; }

    /// <summary>The mode that was asked for: <c>auto</c> or a variant.</summary>
    public string Mode { get; init; } = "auto";

    /// <summary>Sentences for the author of the pod, at most 256 characters each.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>RFC 6902, UTF-8, only <c>add</c> and <c>test</c>; empty for no change.</summary>
    public ReadOnlyMemory<byte> Patch { get; init; }

    /// <summary>How many operations <see cref="Patch"/> has.</summary>
    public int PatchOperations { get; init; }

    /// <summary>What a rollout held back; null where none did.</summary>
    public HeldBack? HeldBack { get; init; }

    /// <summary>The level that decided; null where a guard ended it before.</summary>
    public EffectiveLevel? Level { get; init; }

    /// <summary>The pod's verdict as it came, at <see cref="Level"/>.</summary>
    public Verdict? Before { get; init; }

    /// <summary>The verdict with the sidecar, at <see cref="Level"/>.</summary>
    public Verdict? After { get; init; }

    /// <summary>What the nodes proved where the pod may land; where it is pinned, those that it is pinned to.</summary>
    public Floor? Floor { get; init; }

    /// <summary>What strategy pin made of the pod; null under another strategy, and where it ended before nodes were asked for.</summary>
    public Pin? Pin { get; init; }

    /// <summary>Every variant that was tried, in the order of trial, with the reason it fell.</summary>
    public ImmutableArray<Candidate> Candidates { get; init; } = [];

    /// <summary>The rules that fired, in order.</summary>
    public ImmutableArray<string> Rules { get; init; } = [];

    /// <summary>The policy that applied, or null.</summary>
    public string? Policy { get; init; }

    /// <summary>Twelve hex digits of the SHA-256 of the container and volumes that were added; null where none was chosen.</summary>
    public string? Template { get; init; }

    /// <summary>Features that the chosen variant lacks (row C-2).</summary>
    public ImmutableArray<string> Degraded { get; init; } = [];

    /// <summary>Whether a policy wants the answer to wait for the audit.</summary>
    public bool AuditRequired { get; init; }

    /// <summary>The decision id that <c>coral.io/status</c> names where an intact sidecar was found. Information only: anybody may write it.</summary>
    public string? EarlierId { get; init; }
}

/// <summary>The injection that a rollout held back.</summary>
/// <param name="Reason">The reason code that it would have had.</param>
/// <param name="Patch">Its patch, as <see cref="Decision.Patch"/>.</param>
/// <param name="PatchOperations">How many operations that has.</param>
public sealed record HeldBack(string Reason, ReadOnlyMemory<byte> Patch, int PatchOperations);

/// <summary>The names of outcomes and forms in documents, metrics and annotations.</summary>
public static class DecisionCodes
{
    /// <summary><c>injected</c>, <c>skipped</c>, <c>denied</c> or <c>failed</c>.</summary>
    public static string ToCode(this Outcome outcome) => outcome switch
    {
        Outcome.Injected => "injected",
        Outcome.Skipped => "skipped",
        Outcome.Denied => "denied",
        _ => "failed",
    };

    /// <summary><c>native</c> or <c>regular</c>.</summary>
    public static string ToCode(this Form form) => form == Form.Native ? "native" : "regular";

    /// <summary><c>label</c>, <c>configured</c>, <c>probed</c>, <c>exempt</c> or <c>assumed</c>.</summary>
    public static string ToCode(this LevelOrigin origin) => origin switch
    {
        LevelOrigin.Label => "label",
        LevelOrigin.Policy or LevelOrigin.Configured => "configured",
        LevelOrigin.Probed => "probed",
        LevelOrigin.Exempt => "exempt",
        _ => "assumed",
    };
}
