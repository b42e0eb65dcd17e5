using System.Text.Json.Nodes;
using Coral.Policies.Nodes;
using static Coral.Policies.Tests.Nodes.Samples;

namespace Coral.Policies.Tests.Nodes;

/// <summary>Clusters and pods made from a number: the same number gives the same ones. What they ask for is drawn from few values, so that they often meet.</summary>
/// <param name="seed">The number.</param>
/// <param name="names">Names that pods ask for; by default some that the nodes have and some that they may not have.</param>
internal sealed class RandomCluster(int seed, string[]? names = null)
{
    private static readonly string[] SomeNames = [.. Enumerable.Range(0, 12).Select(number => $"n{number:d3}")];

    private readonly Random random = new(seed);

    public List<JsonObject> Nodes(int most) => [.. Enumerable.Range(0, random.Next(most + 1)).Select(number => Node($"n{number:d3}"))];

    public JsonObject Node(string name)
    {
        var node = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = name, ["labels"] = Labels() },
            ["spec"] = new JsonObject { ["taints"] = new JsonArray([.. Some(2, 0.4, Taint)]) },
            ["status"] = new JsonObject { ["nodeInfo"] = new JsonObject { ["kubeletVersion"] = Pick("v1.27.1", "v1.29.4-eks-1", "v1.36.3", "") } },
        };
        if (Chance(0.1)) node["spec"]!["unschedulable"] = true;
        if (Chance(0.05)) node["status"]!["nodeInfo"]!["operatingSystem"] = "windows";
        if (Chance(0.05)) node["metadata"]!["labels"]!["type"] = "virtual-kubelet";
        return node;
    }

    public NodeReport? Report(string node)
    {
        if (Chance(0.1)) return null;
        var report = Pick(ProvesMinimal, ProvesMinimal, ProvesMinimal, ProvesFull, ProvesPrivileged, ProvesNothing)(node);
        report = report with { Memlock = Pick(MemlockState.NotNeeded, MemlockState.NotNeeded, MemlockState.Needed), RuntimeSocket = Pick("/run/a", "/run/a", "/run/b", null) };
        return Chance(0.1) ? report with { ExpiresAt = Now.AddMinutes(-1) } : Chance(0.1) ? report with { ExpiresAt = null } : report;
    }

    /// <summary>The spec of a pod: only what decides where it lands. <paramref name="valid"/>: only what an API server accepts.</summary>
    public JsonObject Pod(bool valid)
    {
        var spec = new JsonObject();
        if (Chance(0.4)) spec["nodeSelector"] = Labels();
        if (Chance(0.6)) spec["tolerations"] = new JsonArray([.. Some(4, 0.7, Toleration)]);
        if (!valid && Chance(0.1)) spec["nodeName"] = Name();
        if (!Chance(0.6)) return spec;
        var terms = new JsonArray([.. Some(3, 0.6, () => Term(valid))]);
        if (valid && terms.Count == 0) terms.Add(Term(valid));
        spec["affinity"] = new JsonObject
        {
            ["nodeAffinity"] = new JsonObject { ["requiredDuringSchedulingIgnoredDuringExecution"] = new JsonObject { ["nodeSelectorTerms"] = terms } },
        };
        return spec;
    }

    /// <summary>Whether a thing that is true so often is true this time.</summary>
    public bool Chance(double probability) => random.NextDouble() < probability;

    public JsonObject Taint()
    {
        if (Chance(0.4)) return new JsonObject { ["key"] = "cost", ["value"] = Pick("1", "5", "9", "07", "much"), ["effect"] = Pick("NoSchedule", "NoExecute") };
        var taint = new JsonObject { ["key"] = Pick("dedicated", "gpu"), ["effect"] = Pick("NoSchedule", "NoExecute", "PreferNoSchedule") };
        if (Chance(0.5)) taint["value"] = Pick("x", "y");
        return taint;
    }

    private JsonObject Toleration()
    {
        var toleration = new JsonObject();
        if (Chance(0.2)) return new JsonObject { ["operator"] = "Exists" };
        if (Chance(0.2)) return new JsonObject { ["key"] = "node.kubernetes.io/unschedulable", ["operator"] = "Exists", ["effect"] = "NoSchedule" };
        if (Chance(0.3)) return new JsonObject { ["key"] = "cost", ["operator"] = Pick("Lt", "Gt", "Equal"), ["value"] = Pick("1", "5", "8") };
        toleration["key"] = Pick("dedicated", "gpu");
        if (Chance(0.6)) toleration["effect"] = Pick("NoSchedule", "NoExecute");
        if (Chance(0.4)) toleration["operator"] = "Exists";
        else if (Chance(0.7)) toleration["value"] = Pick("x", "y");
        return toleration;
    }

    private JsonObject Term(bool valid)
    {
        var term = new JsonObject();
        var expressions = Some(2, 0.8, () => Expression(valid)).ToArray();
        if (expressions.Length > 0) term["matchExpressions"] = new JsonArray([.. expressions]);
        if (Chance(0.2))
        {
            term["matchFields"] = new JsonArray(new JsonObject
            {
                ["key"] = "metadata.name",
                ["operator"] = Pick("In", "NotIn"),
                ["values"] = new JsonArray(Name()),
            });
        }

        return term;
    }

    private JsonObject Expression(bool valid)
    {
        var operation = valid ? Pick("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt") : Pick("In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt", "Near");
        var key = Pick("zone", "gen", "gpu");
        string[] values = operation switch
        {
            "In" or "NotIn" => [.. Some(2, 0.6, () => Value(key)).Append(Value(key))],
            "Gt" or "Lt" => [Pick("1", "5", "9")],
            _ => [],
        };
        if (!valid && Chance(0.1)) values = [.. Some(2, 0.5, () => Value(key))];
        var expression = new JsonObject { ["key"] = key, ["operator"] = operation };
        if (values.Length > 0) expression["values"] = new JsonArray([.. values.Select(value => JsonValue.Create(value))]);
        return expression;
    }

    private JsonObject Labels()
    {
        var labels = new JsonObject();
        foreach (var key in new[] { "zone", "gen", "gpu" })
        {
            if (Chance(0.5)) labels[key] = Value(key);
        }

        return labels;
    }

    private string Value(string key) => key switch
    {
        "zone" => Pick("a", "b", "c"),
        "gen" => Pick("1", "5", "10", "old"),
        _ => Pick("", "yes"),
    };

    private string Name() => Pick(names ?? SomeNames);

    private T Pick<T>(params ReadOnlySpan<T> items) => items[random.Next(items.Length)];

    private IEnumerable<T> Some<T>(int most, double probability, Func<T> make)
    {
        for (var count = 0; count < most && Chance(probability); count++) yield return make();
    }
}
