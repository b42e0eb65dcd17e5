using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using Coral.Policies.Nodes;
using Coral.Policies.PodSecurity;
using Coral.Policies.Selection;

namespace Coral.Policies.Recording;

/// <summary>The facts that can decide on one pod, whatever the policies say. Of the nodes only what they prove together for this pod is kept.</summary>
internal static class RecordedFacts
{
    internal static void Write(Utf8JsonWriter json, PodRequest request, ClusterFacts facts, Decision decision)
    {
        var spec = request.Pod.Get("spec"u8);
        if (facts.Namespaces.TryGetValue(request.Namespace, out var scope)) Namespace(json, scope);
        RuntimeClass(json, spec, facts);
        if (!RecordedRequest.IsDeep(request, decision)) return;

        if (facts.ServerVersion is { } version) json.WriteString("serverVersion"u8, version.ToString());
        json.WriteString("assumedLevel"u8, facts.AssumedLevel.ToText());
        PodSecurity(json, request, spec, facts);
        json.WritePropertyName("floor"u8);
        Floor(json, CommonFloor(spec, facts, decision));
        Pins(json, facts.Nodes.PinTargets(spec, DecisionEngine.Extra(spec, facts)));
        ServiceAccount(json, request.Namespace, spec, facts);
        RecordedAmounts.Write(json, facts.LimitRanges.GetValueOrDefault(request.Namespace, []));
        RecordedAmounts.Write(json, facts.Quotas.GetValueOrDefault(request.Namespace, []));
    }

    /// <summary>All labels, because policies select by any of them. Annotations that never decide may be anything and are none of ours.</summary>
    private static void Namespace(Utf8JsonWriter json, NamespaceFacts scope)
    {
        json.WriteStartObject("namespace"u8);
        json.WriteStartObject("labels"u8);
        foreach (var (key, value) in scope.Labels) json.WriteString(key, value);
        json.WriteEndObject();
        json.WriteStartObject("annotations"u8);
        foreach (var (key, value) in scope.Annotations)
        {
            if (key.StartsWith("coral.io/", StringComparison.Ordinal) || key == Injection.UserRange.Annotation) json.WriteString(key, value);
        }

        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Its tolerations are left out: they decide only where the pod may land, which the floor says.</summary>
    private static void RuntimeClass(Utf8JsonWriter json, JsonElement spec, ClusterFacts facts)
    {
        if (spec.Text("runtimeClassName"u8) is not { } name || !facts.RuntimeClasses.TryGetValue(name, out var found)) return;
        json.WriteStartObject("runtimeClass"u8);
        json.WriteString("handler"u8, found.Handler);
        if (found.NodeSelector.ValueKind == JsonValueKind.Object)
        {
            json.WritePropertyName("nodeSelector"u8);
            json.WriteRawValue(JsonMarshal.GetRawUtf8Value(found.NodeSelector), skipInputValidation: true);
        }

        json.WriteEndObject();
    }

    /// <summary>What it says of a silent namespace, and whether it exempts this pod: not the lists of whom it exempts.</summary>
    private static void PodSecurity(Utf8JsonWriter json, PodRequest request, JsonElement spec, ClusterFacts facts)
    {
        if ((facts.PodSecurity ?? facts.Probed) is not { } defaults) return;
        json.WriteStartObject("podSecurity"u8);
        json.WriteString("origin"u8, facts.PodSecurity is null ? "probed"u8 : "configured"u8);
        json.WriteString("enforce"u8, defaults.Enforce.ToString());
        var exemption = facts.PodSecurity?.Exempts(request.Namespace, request.Requester.Username, spec.Text("runtimeClassName"u8)) ?? default;
        if (exemption != PodSecurityExemption.None) json.WriteString("exemption"u8, exemption.ToCode());
        json.WriteEndObject();
    }

    /// <summary>The floor of the strategy <c>common</c>, of which that of <c>exact</c> follows but not the other way round, and to which pins are added.</summary>
    private static Floor CommonFloor(JsonElement spec, ClusterFacts facts, Decision decision)
    {
        // Nodes without a report are named by the floor, unless the strategy is exact and it says so of all.
        var known = decision.Pin?.Reason != PinReason.Pinned && decision.Floor is { } floor && !(floor.Reason == FloorReason.NoReport && floor.SetBy.IsEmpty);
        return known ? decision.Floor! : facts.Nodes.FloorFor(spec, DecisionEngine.Extra(spec, facts), Strategy.Common);
    }

    private static void Floor(Utf8JsonWriter json, Floor floor)
    {
        json.WriteStartObject();
        json.WriteString("reason"u8, floor.Reason);
        json.WriteBoolean("minimal"u8, floor.ProvesMinimal);
        json.WriteBoolean("full"u8, floor.ProvesFull);
        json.WriteBoolean("something"u8, floor.ProvesSomething);
        json.WriteBoolean("memlockMayBeNeeded"u8, floor.MemlockMayBeNeeded);
        json.WriteNumber("feasible"u8, floor.FeasibleCount);
        if (floor.OldestKubelet is { } kubelet) json.WriteString("oldestKubelet"u8, kubelet.ToString());
        Texts(json, "setBy"u8, floor.SetBy);
        if (floor.RuntimeSocket is { } socket) json.WriteString("runtimeSocket"u8, socket);
        json.WriteEndObject();
    }

    /// <summary>Whatever the policies ask for, so that another strategy and another least number can be replayed.</summary>
    private static void Pins(Utf8JsonWriter json, ImmutableArray<PinTarget> targets)
    {
        if (targets.IsEmpty) return;
        json.WriteStartArray("pins"u8);
        foreach (var target in targets)
        {
            json.WriteStartObject();
            Texts(json, "labels"u8, target.Labels);
            json.WritePropertyName("floor"u8);
            Floor(json, target.Floor);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void ServiceAccount(Utf8JsonWriter json, string ns, JsonElement spec, ClusterFacts facts)
    {
        if (facts.ServiceAccounts.IsEmpty) return;
        if (!facts.ServiceAccounts.TryGetValue((ns, Fitness.FitnessCheck.AccountOf(spec)), out var account)) return;
        json.WriteStartObject("serviceAccount"u8);
        Texts(json, "secrets"u8, [.. account.Secrets.Order(StringComparer.Ordinal)]);
        Texts(json, "pullSecrets"u8, [.. account.PullSecrets.Order(StringComparer.Ordinal)]);
        json.WriteEndObject();
    }

    private static void Texts(Utf8JsonWriter json, ReadOnlySpan<byte> name, ImmutableArray<string> texts)
    {
        json.WriteStartArray(name);
        foreach (var text in texts) json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
