using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Coral.Audit.Events;
using Coral.Audit.Spool;
using Coral.Policies;
using Coral.Policies.PodSecurity;
using Coral.Policies.Recording;
using Coral.Webhook.Admission;
using Requester = Coral.Audit.Events.Requester;

namespace Coral.Webhook.Recording;

/// <summary>Turns a decision into its audit document and puts that into the spool, before the answer leaves. Thread safe.</summary>
internal sealed class DecisionRecorder(AuditSpool spool, AuditOrigin origin, TimeProvider time)
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? shared;

    /// <summary>Records one decision. Completes at once unless the audit is synced before answers. Throws <see cref="SpoolUnavailableException"/>.</summary>
    internal async ValueTask RecordAsync(AdmissionReview review, PodRequest request, ClusterFacts facts, Decision decision, bool validating, TimeSpan took)
    {
        var e = Describe(review, request, facts, decision, validating, took);
        var appended = spool.AppendAsync(e, decision.AuditRequired ? true : null);
        if (!appended.IsCompletedSuccessfully) await appended;
    }

    private DecisionEvent Describe(AdmissionReview review, PodRequest request, ClusterFacts facts, Decision decision, bool validating, TimeSpan took)
    {
        var metadata = request.Pod.Get("metadata"u8);
        var owner = Owner(request);
        return new DecisionEvent
        {
            Timestamp = time.GetUtcNow(),
            Origin = origin,
            DecisionId = decision.Id,
            Uid = review.Uid,
            Operation = review.Operation,
            DryRun = review.DryRun,
            Subresource = review.SubResource.Length == 0 ? null : review.SubResource,
            Decision = decision.Outcome.ToCode(),
            Reason = decision.Reason,
            Action = validating ? "admission-validate" : decision.Outcome == Outcome.Skipped ? "sidecar-skip" : "sidecar-inject",
            Variant = decision.Variant,
            Form = decision.Form?.ToCode(),
            Warnings = decision.Warnings,
            Policy = decision.Policy,
            TemplateHash = decision.Template,
            PatchHash = decision.Patch.IsEmpty ? null : Hash(decision.Patch),
            PatchOps = decision.PatchOperations,
            WouldBe = decision.HeldBack is { } held ? new WouldBe(held.Reason, Hash(held.Patch), held.PatchOperations) : null,
            Level = decision.Level?.Level.ToText(),
            LevelVersion = decision.Level?.Version.ToString(),
            LevelOrigin = decision.Level?.Origin.ToCode(),
            Before = Verdict(decision.Before),
            After = Verdict(decision.After),
            Nodes = decision.Floor?.SetBy ?? [],
            Floor = decision.Floor?.Reason,
            Pin = decision.Pin is { } pin ? new PinOutcome(pin.Reason, pin.Labels) : null,
            Candidates = [.. decision.Candidates.Select(candidate => new CandidateOutcome(candidate.Variant, candidate.Chosen ? "chosen" : "fell", candidate.Reason))],
            Rules = decision.Rules,
            Degraded = decision.Degraded,
            PriorDecisionId = decision.EarlierId,
            User = new Requester(review.Requester.Username, review.Requester.Uid, review.Requester.Groups),
            Namespace = review.Namespace,
            ResourceType = review.Kind.ToLowerInvariant(),
            Name = review.Name.Length > 0 ? review.Name : metadata.Text("name"u8),
            GenerateName = metadata.Text("generateName"u8),
            OwnerKind = owner.Kind,
            OwnerName = owner.Name,
            DurationNanoseconds = took.Ticks * TimeSpan.NanosecondsPerTick,
            Request = validating ? default : Replayable(request, facts, decision),
        };
    }

    /// <summary>The bytes stay valid until this thread records again, which is after they were copied into the spool.</summary>
    private static ReadOnlyMemory<byte> Replayable(PodRequest request, ClusterFacts facts, Decision decision)
    {
        var buffer = shared ??= new ArrayBufferWriter<byte>(16 * 1024);
        buffer.ResetWrittenCount();
        RecordedRequest.Write(buffer, request, facts, decision);
        return buffer.WrittenMemory;
    }

    private static string Hash(ReadOnlyMemory<byte> patch) => Convert.ToHexStringLower(SHA256.HashData(patch.Span));

    private static SecurityVerdict? Verdict(Verdict? verdict) => verdict is null
        ? null
        : new SecurityVerdict(verdict.Allowed, [.. verdict.Violations.Select(violation => violation.Detail.Length == 0 ? violation.Reason : $"{violation.Reason} ({violation.Detail})")]);

    private static (string? Kind, string? Name) Owner(PodRequest request)
    {
        foreach (var owner in request.Pod.Get("metadata"u8).Items("ownerReferences"u8))
        {
            if (owner.IsTrue("controller"u8)) return (owner.Text("kind"u8), owner.Text("name"u8));
        }

        return default;
    }
}
