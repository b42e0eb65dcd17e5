using System.Text.Json;

namespace Coral.Policies.Bundles;

/// <summary>
/// What gives privilege must not be matched by what tenants write alone: a label, an image, an owner, an account's name or a node selector of a pod would
/// then be a way to take it. A match that names namespaces, or no match at all, is the operator's own word.
/// </summary>
internal static class GrantValidator
{
    private static readonly string[] OfPods = ["pods", "owners", "serviceAccounts", "images", "nodeSelector"];

    internal static void Check(JsonField spec, Action<string, string> report)
    {
        var match = spec.Member("match");
        var byPods = OfPods.Where(part => Says(match.Member(part).Value)).ToList();
        if (byPods.Count == 0 || Says(match.Member("namespaces").Value)) return;

        foreach (var grant in Grants(spec))
            report(grant.Path, $"gives privilege by match.{string.Join(" and match.", byPods)} alone, which whoever writes the pod decides; name namespaces in match.namespaces too");
    }

    private static IEnumerable<JsonField> Grants(JsonField spec)
    {
        if (spec.Member("modes").Member("raise") is var raise && Says(raise.Value)) yield return raise;
        if (spec.Member("privileges") is var privileges && privileges.Value.AsText() == "documented") yield return privileges;
        if (spec.Member("defaultLevel") is var level && level.Value.AsText() is "privileged" or "baseline") yield return level;
    }

    /// <summary>Whether a part narrows anything: an empty list or an object of empty ones does not.</summary>
    private static bool Says(JsonElement part) => part.ValueKind switch
    {
        JsonValueKind.Array => part.GetArrayLength() > 0,
        JsonValueKind.Object => part.EnumerateObject().Any(member => member.Value.ValueKind == JsonValueKind.String || Says(member.Value)),
        _ => false,
    };
}
