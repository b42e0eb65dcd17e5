using System.Collections.Immutable;
using System.Text.Json;

namespace Coral.Audit.Events;

/// <summary>One answered admission request. Arrays may be left default (empty). Strings that are null are left out of the document.</summary>
public sealed record DecisionEvent : AuditEvent
{
    /// <summary>The largest <see cref="Request"/> that is kept, in bytes; a larger one is left out and named in <c>coral.omitted</c>.</summary>
    public const int MaxRequestBytes = 64 * 1024;

    /// <summary>The decision's id: the review's uid, or offline a UUIDv5 of the input.</summary>
    public required string DecisionId { get; init; }

    /// <summary>The uid of the AdmissionReview request.</summary>
    public required string Uid { get; init; }

    /// <summary>The review's operation, such as <c>CREATE</c>.</summary>
    public required string Operation { get; init; }

    /// <summary><c>injected</c>, <c>skipped</c>, <c>denied</c> or <c>failed</c>.</summary>
    public required string Decision { get; init; }

    /// <summary>The reason code, kebab-case.</summary>
    public required string Reason { get; init; }

    /// <summary><c>sidecar-inject</c>, <c>sidecar-skip</c> or <c>admission-validate</c>: <c>event.action</c>.</summary>
    public required string Action { get; init; }

    /// <summary>Whether the review was a dry run.</summary>
    public bool DryRun { get; init; }

    /// <summary>The subresource of the review, or null.</summary>
    public string? Subresource { get; init; }

    /// <summary>The chosen variant, or null when none was chosen.</summary>
    public string? Variant { get; init; }

    /// <summary><c>native</c> or <c>regular</c>, or null.</summary>
    public string? Form { get; init; }

    /// <summary>The warnings of the answer.</summary>
    public ImmutableArray<string> Warnings { get; init; }

    /// <summary>The name of the InjectionPolicy that decided, or null.</summary>
    public string? Policy { get; init; }

    /// <summary>The hash of the variant data that the sidecar was made from.</summary>
    public string? TemplateHash { get; init; }

    /// <summary>The hash of the patch's bytes, or null without a patch.</summary>
    public string? PatchHash { get; init; }

    /// <summary>How many operations the patch has.</summary>
    public int PatchOps { get; init; }

    /// <summary>What a rollout held back, or null.</summary>
    public WouldBe? WouldBe { get; init; }

    /// <summary>The Pod Security level that is enforced.</summary>
    public string? Level { get; init; }

    /// <summary>The version at which it is enforced, such as <c>latest</c> or <c>v1.30</c>.</summary>
    public string? LevelVersion { get; init; }

    /// <summary>Where the level comes from: <c>label</c>, <c>configured</c>, <c>probed</c> or <c>assumed</c>.</summary>
    public string? LevelOrigin { get; init; }

    /// <summary>The verdict on the pod as it came.</summary>
    public SecurityVerdict? Before { get; init; }

    /// <summary>The verdict on the pod with the patch applied.</summary>
    public SecurityVerdict? After { get; init; }

    /// <summary>The nodes that set the floor.</summary>
    public ImmutableArray<string> Nodes { get; init; }

    /// <summary>What the floor is, in a few words.</summary>
    public string? Floor { get; init; }

    /// <summary>What strategy pin made of the pod, or null.</summary>
    public PinOutcome? Pin { get; init; }

    /// <summary>Every variant that was considered, in the order of consideration.</summary>
    public ImmutableArray<CandidateOutcome> Candidates { get; init; }

    /// <summary>The names of the rules that fired, in order.</summary>
    public ImmutableArray<string> Rules { get; init; }

    /// <summary>The features that the chosen variant lacks.</summary>
    public ImmutableArray<string> Degraded { get; init; }

    /// <summary>The decision id that an intact sidecar's <c>coral.io/status</c> already carried: information only, it proves nothing.</summary>
    public string? PriorDecisionId { get; init; }

    /// <summary>Who asked.</summary>
    public Requester? User { get; init; }

    /// <summary>The namespace of the object.</summary>
    public string? Namespace { get; init; }

    /// <summary>The kind of the object in lower case, such as <c>pod</c> or <c>deployment</c>.</summary>
    public string ResourceType { get; init; } = "pod";

    /// <summary>The object's name; null while the API server has still to make one from <see cref="GenerateName"/>.</summary>
    public string? Name { get; init; }

    /// <summary>The object's <c>generateName</c>, or null.</summary>
    public string? GenerateName { get; init; }

    /// <summary>The kind of the controlling owner, or null.</summary>
    public string? OwnerKind { get; init; }

    /// <summary>The name of the controlling owner, or null.</summary>
    public string? OwnerName { get; init; }

    /// <summary>From the request's arrival to the answer, in nanoseconds: <c>event.duration</c>.</summary>
    public long DurationNanoseconds { get; init; }

    /// <summary>
    /// A valid JSON object (UTF-8) from which the decision can be replayed: the pod with env values redacted, and the facts used. It is stored, not indexed. Empty for none.
    /// The bytes are copied when the event is appended.
    /// </summary>
    public ReadOnlyMemory<byte> Request { get; init; }

    /// <inheritdoc/>
    internal override void Write(Utf8JsonWriter json, in EventStamp stamp) => DecisionDocument.Write(json, this, stamp);
}
