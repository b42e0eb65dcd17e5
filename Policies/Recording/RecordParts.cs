using System.Collections.Immutable;
using System.Text.Json;
using Coral.Policies.Nodes;

namespace Coral.Policies.Recording;

/// <summary>Reads parts of a record, each of which is of its kind or makes the whole record useless: half a record would give another decision.</summary>
internal static class RecordParts
{
    internal static string Need(this JsonElement element, string name) => element.May(name) ?? throw new MalformedRecordException(name);

    /// <summary>Null when it is absent.</summary>
    internal static string? May(this JsonElement element, string name) => element.Get(name) switch
    {
        { ValueKind: JsonValueKind.Undefined } => null,
        var value => value.AsText() ?? throw new MalformedRecordException(name),
    };

    internal static bool NeedBool(this JsonElement element, string name) => element.Get(name).ValueKind switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => throw new MalformedRecordException(name),
    };

    /// <summary>Not negative.</summary>
    internal static int NeedCount(this JsonElement element, string name) =>
        element.Get(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) && value >= 0 ? value : throw new MalformedRecordException(name);

    internal static JsonElement NeedObject(this JsonElement element, string name) =>
        element.Get(name) is { ValueKind: JsonValueKind.Object } found ? found : throw new MalformedRecordException(name);

    /// <summary>Null when it is absent.</summary>
    internal static JsonElement? MayObject(this JsonElement element, string name) =>
        element.Get(name).ValueKind == JsonValueKind.Undefined ? null : element.NeedObject(name);

    internal static IEnumerable<JsonElement> NeedItems(this JsonElement element, string name) =>
        element.Get(name) is { ValueKind: JsonValueKind.Array } found ? found.EnumerateArray() : throw new MalformedRecordException(name);

    /// <summary>None when it is absent.</summary>
    internal static IEnumerable<JsonElement> MayItems(this JsonElement element, string name) =>
        element.Get(name).ValueKind == JsonValueKind.Undefined ? [] : element.NeedItems(name);

    internal static ImmutableArray<string> NeedTexts(this JsonElement element, string name) =>
        [.. element.NeedItems(name).Select(item => item.AsText() ?? throw new MalformedRecordException(name))];

    internal static ImmutableDictionary<string, string> NeedPairs(this JsonElement element, string name)
    {
        var pairs = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.Ordinal);
        foreach (var member in element.NeedObject(name).EnumerateObject()) pairs[member.Name] = member.Value.AsText() ?? throw new MalformedRecordException(name);
        return pairs.ToImmutable();
    }

    /// <summary>Null when it is absent.</summary>
    internal static Quantity? MayAmount(this JsonElement element, string name) =>
        element.May(name) is not { } text ? null : Quantity.TryParse(text, out var amount) ? amount : throw new MalformedRecordException(name);

    internal static Quantity NeedAmount(this JsonElement element, string name) => element.MayAmount(name) ?? throw new MalformedRecordException(name);

    /// <summary>Null when it is absent.</summary>
    internal static KubernetesVersion? MayVersion(this JsonElement element, string name) =>
        element.May(name) is not { } text ? null : KubernetesVersion.TryParse(text, out var version) ? version : throw new MalformedRecordException(name);

    /// <summary>None in a record of a Coral that knew no pins.</summary>
    internal static ImmutableArray<PinTarget> MayPins(this JsonElement facts) => [.. facts.MayItems("pins").Select(pin => new PinTarget(pin.NeedTexts("labels"), pin.NeedFloor()))];

    internal static Floor NeedFloor(this JsonElement facts)
    {
        var floor = facts.NeedObject("floor");
        return new Floor
        {
            Reason = floor.Need("reason") is var reason && Reasons.All.ContainsKey(reason) ? reason : throw new MalformedRecordException("floor.reason"),
            ProvesMinimal = floor.NeedBool("minimal"),
            ProvesFull = floor.NeedBool("full"),
            ProvesSomething = floor.NeedBool("something"),
            MemlockMayBeNeeded = floor.NeedBool("memlockMayBeNeeded"),
            FeasibleCount = floor.NeedCount("feasible"),
            OldestKubelet = floor.MayVersion("oldestKubelet"),
            SetBy = floor.NeedTexts("setBy"),
            RuntimeSocket = floor.May("runtimeSocket"),
        };
    }
}

/// <summary>A part of a record is absent or of another kind.</summary>
internal sealed class MalformedRecordException(string part) : Exception($"\"{part}\" is missing or not what it should be");
