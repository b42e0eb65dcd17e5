using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Policies.Recording;
using Coral.Policies.Tests.Decisions;
using Coral.Policies.Tests.PodSecurity;

namespace Coral.Policies.Tests.Recording;

/// <summary>Records come from disks and search servers: whatever stands in them, the others are replayed.</summary>
public sealed class MangledRecordTests
{
    [Fact]
    public void No_record_makes_it_throw()
    {
        var outcomes = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var seed = 0; seed < 4000; seed++)
        {
            var random = new Random(seed);
            var facts = Scenes.Clusters.ElementAt(random.Next(Scenes.Clusters.Count)).Value with { Policies = Scenes.Policies["exact"] };
            var record = JsonNode.Parse(Records.Bytes(Scenes.Request(Scenes.AllPods().ElementAt(random.Next(20))), facts))!.AsObject();
            var mangled = JsonDocument.Parse(JsonMangler.Mangle(record, random)).RootElement;

            string code;
            if (!ReplayScene.TryRead(mangled, "id", ClusterFacts.Empty with { Policies = Scenes.Policies["overriding"] }, out var scene, out var obstacle)) code = obstacle.Code;
            else if (!scene.TryDecide(Some.Engine, out _, out obstacle)) code = obstacle.Code;
            else code = "decided";
            outcomes[code] = outcomes.GetValueOrDefault(code) + 1;
        }

        Assert.True(outcomes["decided"] > 100 && outcomes["malformed-record"] > 100, string.Join(", ", outcomes));
    }

    [Fact]
    public void A_part_that_is_missing_is_never_taken_as_another_decision()
    {
        var request = Scenes.Request(Some.Json(Some.HardenedPod));
        var record = JsonNode.Parse(Records.Bytes(request, Scenes.Clusters["tight"]))!;
        var floor = record["facts"]!["floor"]!.AsObject();
        foreach (var name in floor.Select(member => member.Key).Where(name => name is not ("oldestKubelet" or "runtimeSocket")).ToList())
        {
            var without = record.DeepClone();
            without["facts"]!["floor"]!.AsObject().Remove(name);

            Assert.False(ReplayScene.TryRead(Some.Json(without.ToJsonString()), "id", ClusterFacts.Empty, out _, out var obstacle), name);
            Assert.Contains(name, obstacle!.Text, StringComparison.Ordinal);
        }
    }
}
