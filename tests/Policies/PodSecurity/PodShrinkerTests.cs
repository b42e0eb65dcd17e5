using System.Text.Json;
using Coral.Policies.PodSecurity;
using Coral.Testing.Pods;

namespace Coral.Policies.Tests.PodSecurity;

public sealed class PodShrinkerTests
{
    [Fact]
    public async Task Only_what_makes_a_pod_fail_is_left()
    {
        var pod = PodGenerator.GenerateNode(7, Dice.Everything);
        pod["spec"]!["containers"]![0]!["securityContext"] = new System.Text.Json.Nodes.JsonObject { ["privileged"] = true, ["runAsUser"] = 0 };

        var smallest = await PodShrinker.Shrink(pod.ToJsonString(), IsPrivileged);

        Assert.Equal("""{"spec":{"containers":[{"securityContext":{"privileged":true}}]}}""", smallest);
    }

    private static Task<bool> IsPrivileged(string pod) => Task.FromResult(
        PodSecurityEvaluator.Evaluate(new PodView(JsonElement.Parse(pod)), Level.Baseline, default).Violations.Any(violation => violation.Check == "privileged"));
}
