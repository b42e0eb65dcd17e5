using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Coral.Policies.Tests.Nodes;

/// <summary>The oracle: walks over every node and asks each question as the scheduler's documentation puts it.</summary>
internal static partial class NaiveScheduler
{
    public static bool Fits(JsonObject pod, JsonObject node)
    {
        if (Text(node["status"]?["nodeInfo"]?["operatingSystem"]) == "windows") return false;
        var name = Text(node["metadata"]?["name"])!;
        var named = Text(pod["nodeName"]);
        if (named is not null && named != name) return false;
        return Tolerated(pod, node, named is not null) && Selected(pod, node) && Affine(pod, node, name);
    }

    private static bool Tolerated(JsonObject pod, JsonObject node, bool kubeletOnly)
    {
        var taints = (node["spec"]?["taints"] as JsonArray ?? []).Select(taint => (Key: Text(taint!["key"]) ?? "", Value: Text(taint["value"]) ?? "", Effect: Text(taint["effect"]))).ToList();
        if (node["spec"]?["unschedulable"]?.GetValue<bool>() == true) taints.Add(("node.kubernetes.io/unschedulable", "", "NoSchedule"));
        var tolerations = (pod["tolerations"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        return taints.Where(taint => taint.Effect == "NoExecute" || (taint.Effect == "NoSchedule" && !kubeletOnly)).All(taint => tolerations.Exists(toleration =>
            (toleration["effect"] is null || Text(toleration["effect"]) == taint.Effect)
            && (toleration["key"] is null || Text(toleration["key"]) == taint.Key)
            && Text(toleration["operator"]) switch
            {
                "Exists" => true,
                "Gt" => Whole(taint.Value) > Whole(Text(toleration["value"])),
                "Lt" => Whole(taint.Value) < Whole(Text(toleration["value"])),
                _ => (Text(toleration["value"]) ?? "") == taint.Value,
            }));
    }

    private static bool Selected(JsonObject pod, JsonObject node) =>
        (pod["nodeSelector"] as JsonObject ?? []).All(pair => Label(node, pair.Key) == Text(pair.Value));

    private static bool Affine(JsonObject pod, JsonObject node, string name)
    {
        if (pod["affinity"]?["nodeAffinity"]?["requiredDuringSchedulingIgnoredDuringExecution"]?["nodeSelectorTerms"] is not JsonArray terms) return true;
        return terms.OfType<JsonObject>().Any(term =>
        {
            var expressions = term["matchExpressions"] as JsonArray ?? [];
            var fields = term["matchFields"] as JsonArray ?? [];
            return expressions.Count + fields.Count > 0
                && expressions.All(expression => Understood(expression!))
                && expressions.All(expression => Holds(expression!, Label(node, Text(expression!["key"])!)))
                && fields.All(field => Holds(field!, name));
        });
    }

    private static bool Understood(JsonNode expression)
    {
        var values = Values(expression);
        return Text(expression["operator"]) switch
        {
            "In" or "NotIn" => values.Count > 0,
            "Exists" or "DoesNotExist" => values.Count == 0,
            "Gt" or "Lt" => values.Count == 1 && long.TryParse(values[0], CultureInfo.InvariantCulture, out _),
            _ => false,
        };
    }

    private static bool Holds(JsonNode expression, string? value)
    {
        var values = Values(expression);
        return Text(expression["operator"]) switch
        {
            "In" => value is not null && values.Contains(value),
            "NotIn" => value is null || !values.Contains(value),
            "Exists" => value is not null,
            "DoesNotExist" => value is null,
            var operation => long.TryParse(value, CultureInfo.InvariantCulture, out var number)
                && (operation == "Gt" ? number > long.Parse(values[0], CultureInfo.InvariantCulture) : number < long.Parse(values[0], CultureInfo.InvariantCulture)),
        };
    }

    private static long? Whole(string? text) => text is not null && WholeNumber().IsMatch(text) ? long.Parse(text, CultureInfo.InvariantCulture) : null;

    [GeneratedRegex("^(0|-?[1-9][0-9]{0,17})$")]
    private static partial Regex WholeNumber();

    private static List<string> Values(JsonNode expression) => [.. (expression["values"] as JsonArray ?? []).Select(value => value!.GetValue<string>())];

    private static string? Label(JsonObject node, string key) => Text(node["metadata"]?["labels"]?[key]);

    private static string? Text(JsonNode? node) => node?.GetValue<string>();
}
