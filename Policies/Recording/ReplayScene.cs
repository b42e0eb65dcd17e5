using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.Json;
using Coral.Policies.Fitness;
using Coral.Policies.Nodes;
using Coral.Policies.PodSecurity;

namespace Coral.Policies.Recording;

/// <summary>Why a record cannot be decided on again.</summary>
/// <param name="Code">Stable, kebab-case.</param>
/// <param name="Text">For people; it says more than the code where there is more to say.</param>
public sealed record ReplayObstacle(string Code, string Text);

/// <summary>
/// One recorded request as it was decided on: the same engine gives the same decision, byte for byte, under the same policies.
/// Immutable. The elements belong to the record that it was read from.
/// </summary>
/// <param name="Request">The request, under the id that was asked for. Nobody in particular asks: an exemption of the user stands in the facts.</param>
/// <param name="Facts">The facts, with the policies that it is decided by.</param>
public sealed record ReplayScene(PodRequest Request, ClusterFacts Facts)
{
    /// <summary>The limit for all annotations of an object: beyond it an annotation is too long, however long it is.</summary>
    private const int MostLeftOut = 256 * 1024;

    private const string LeftOut = "kubectl.kubernetes.io/last-applied-configuration";

    private bool KnowsFloor { get; init; }

    /// <summary>The decision under the policies; false where the record does not hold what it needs.</summary>
    public bool TryDecide(DecisionEngine engine, [NotNullWhen(true)] out Decision? decision, [NotNullWhen(false)] out ReplayObstacle? obstacle)
    {
        try
        {
            decision = engine.Decide(Request, Facts);
            obstacle = decision.Floor is null || KnowsFloor
                ? null
                : new ReplayObstacle("facts-not-recorded", "it had ended before nodes and amounts were asked for, and now it does not; they were not recorded");
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            // Whatever a record holds, the others are replayed.
            obstacle = new ReplayObstacle("engine-failed", $"deciding failed: {failure.Message}");
            decision = null;
        }

        if (obstacle is not null) decision = null;
        return decision is not null;
    }

    /// <summary>Reads what <see cref="RecordedRequest"/> wrote. Never throws: what is not exactly that is an obstacle.</summary>
    /// <param name="record">The member <c>coral.request</c> of an audit document.</param>
    /// <param name="decisionId">The id of the decision: it stands in the patch.</param>
    /// <param name="policies">The policies to decide by, and no other facts. One instance for all records, so that what is prepared of the policies is prepared once.</param>
    /// <param name="scene">What was read.</param>
    /// <param name="obstacle">Why not.</param>
    public static bool TryRead(
        JsonElement record, string decisionId, ClusterFacts policies, [NotNullWhen(true)] out ReplayScene? scene, [NotNullWhen(false)] out ReplayObstacle? obstacle)
    {
        (scene, obstacle) = (null, VersionObstacle(record));
        if (obstacle is not null) return false;
        try
        {
            scene = Read(record, decisionId, policies);
            return true;
        }
        catch (Exception mistake) when (mistake is MalformedRecordException or JsonException or InvalidOperationException)
        {
            // InvalidOperationException: half of a surrogate pair, which is JSON and no text.
            obstacle = new ReplayObstacle("malformed-record", $"the record cannot be read: {mistake.Message}");
            return false;
        }
    }

    private static ReplayObstacle? VersionObstacle(JsonElement record)
    {
        if (record.ValueKind != JsonValueKind.Object) return new ReplayObstacle("malformed-record", "the record is no object");
        var version = record.Get("v"u8);
        if (version.ValueKind == JsonValueKind.Undefined) return new ReplayObstacle("older-record", "it was recorded by a Coral that did not keep all that decides");
        if (version.ValueKind != JsonValueKind.Number || !version.TryGetInt32(out var number) || number < 1) return new ReplayObstacle("malformed-record", "the record's version is no number");
        return number == RecordedRequest.Version
            ? null
            : new ReplayObstacle("newer-record", string.Create(CultureInfo.InvariantCulture, $"it was recorded by a newer Coral (version {number} of the record, this one reads {RecordedRequest.Version})"));
    }

    private static ReplayScene Read(JsonElement record, string decisionId, ClusterFacts facts)
    {
        var ns = record.Need("namespace");
        var pod = Pod(record);
        var spec = pod.Get("spec"u8);
        var said = record.NeedObject("facts");
        if (said.MayObject("namespace") is { } scope)
            facts = facts with { Namespaces = facts.Namespaces.Add(ns, new NamespaceFacts(ns, scope.NeedPairs("labels"), scope.NeedPairs("annotations"))) };
        if (said.MayObject("runtimeClass") is { } runtime && spec.Text("runtimeClassName"u8) is { } runtimeName)
            facts = facts with { RuntimeClasses = facts.RuntimeClasses.Add(runtimeName, new RuntimeClassFacts(runtimeName, runtime.Need("handler"), runtime.Get("nodeSelector"u8), default)) };

        var request = new PodRequest
        {
            DecisionId = decisionId,
            Namespace = ns,
            Pod = pod,
            Operation = record.May("operation") ?? "CREATE",
            Resource = record.May("resource") ?? "pods",
            SubResource = record.May("subResource") ?? "",
        };
        var knowsFloor = said.Get("floor"u8).ValueKind != JsonValueKind.Undefined;
        return new ReplayScene(request, knowsFloor ? Deep(facts, said, ns, spec) : facts) { KnowsFloor = knowsFloor };
    }

    private static ClusterFacts Deep(ClusterFacts facts, JsonElement said, string ns, JsonElement spec)
    {
        var (configured, probed) = PodSecurity(said, ns, spec);
        facts = facts with
        {
            ServerVersion = said.MayVersion("serverVersion"),
            AssumedLevel = Levels.TryParse(said.Need("assumedLevel"), out var level) ? level : throw new MalformedRecordException("assumedLevel"),
            PodSecurity = configured,
            Probed = probed,
            Nodes = NodeIndex.Answering(said.NeedFloor(), said.MayPins()),
        };
        var ranges = said.MayItems("limitRanges").Select(range => new LimitRangeFacts(range.Need("name"), ns, [.. range.NeedItems("bounds").Select(Bound)])).ToImmutableArray();
        if (!ranges.IsEmpty) facts = facts with { LimitRanges = facts.LimitRanges.Add(ns, ranges) };
        var quotas = said.MayItems("quotas").Select(quota => new QuotaFacts(quota.Need("name"), ns, quota.NeedBool("bestEffortOnly"), [.. quota.NeedItems("entries").Select(Entry)])).ToImmutableArray();
        if (!quotas.IsEmpty) facts = facts with { Quotas = facts.Quotas.Add(ns, quotas) };
        if (said.MayObject("serviceAccount") is not { } account) return facts;
        var name = FitnessCheck.AccountOf(spec);
        return facts with { ServiceAccounts = facts.ServiceAccounts.Add((ns, name), new ServiceAccountFacts(ns, name, [.. account.NeedTexts("secrets")], [.. account.NeedTexts("pullSecrets")])) };
    }

    private static ResourceBound Bound(JsonElement bound) =>
        new(bound.NeedBool("wholePod"), bound.Need("resource"), bound.MayAmount("min"), bound.MayAmount("max"), bound.MayAmount("maxRatio"));

    private static QuotaEntry Entry(JsonElement entry) => new(entry.Need("resource"), entry.NeedBool("limits"), entry.NeedAmount("hard"), entry.NeedAmount("used"));

    /// <summary>Whoever was exempt is so again: the request's own namespace, user or runtime class.</summary>
    private static (PodSecurityDefaults? Configured, PodSecurityDefaults? Probed) PodSecurity(JsonElement said, string ns, JsonElement spec)
    {
        if (said.MayObject("podSecurity") is not { } kept) return default;
        var enforce = kept.Need("enforce");
        var colon = enforce.IndexOf(':', StringComparison.Ordinal);
        if (colon < 0 || !Levels.TryParse(enforce.AsSpan(0, colon), out var level) || !PolicyVersion.TryParse(enforce.AsSpan(colon + 1), out var version))
            throw new MalformedRecordException("podSecurity.enforce");
        var defaults = PodSecurityDefaults.BuiltIn with { Enforce = new LevelVersion(level, version) };
        var exempting = kept.May("exemption") switch
        {
            null => defaults,
            "namespace" => defaults with { Namespaces = [ns] },
            "user" => defaults with { Usernames = [Requester.Unknown.Username] },
            "runtimeClass" => defaults with { RuntimeClasses = [spec.Text("runtimeClassName"u8) ?? throw new MalformedRecordException("podSecurity.exemption")] },
            _ => throw new MalformedRecordException("podSecurity.exemption"),
        };
        return kept.Need("origin") switch
        {
            "configured" => (exempting, null),
            "probed" => (null, exempting),
            _ => throw new MalformedRecordException("podSecurity.origin"),
        };
    }

    /// <summary>The pod, with something as long in the place of an annotation that was left out: the length of all of them together can decide.</summary>
    private static JsonElement Pod(JsonElement record)
    {
        var pod = record.Get("pod"u8);
        if (pod.ValueKind is not (JsonValueKind.Object or JsonValueKind.Null)) throw new MalformedRecordException("pod");
        if (record.Get("annotationsLeftOut"u8).ValueKind == JsonValueKind.Undefined) return pod;
        var length = Math.Min(record.NeedCount("annotationsLeftOut"), MostLeftOut);
        return RecordedPod.WithAnnotation(pod, LeftOut, Math.Max(0, length - LeftOut.Length - 2));
    }
}
