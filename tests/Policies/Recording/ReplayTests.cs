using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Policies.Recording;
using Coral.Policies.Tests.Decisions;

namespace Coral.Policies.Tests.Recording;

/// <summary>A record is enough to decide again, under the policies of then and under any others.</summary>
public sealed class ReplayTests
{
    public static TheoryData<string> Clusters => new(Scenes.Clusters.Keys);

    [Theory]
    [MemberData(nameof(Clusters))]
    public void A_record_decides_as_the_cluster_did_under_the_same_policies_and_under_all_others(string cluster)
    {
        var lists = Scenes.Policies.ToList();
        foreach (var (at, pod) in Scenes.AllPods().Index())
        {
            var request = Scenes.Request(pod, at % 2 == 0 ? "builder" : "somebody");
            var then = lists[at % lists.Count];
            var record = Records.Bytes(request, Scenes.Clusters[cluster] with { Policies = then.Value });
            foreach (var (name, policies) in lists.Where((_, place) => place == at % lists.Count || place % 3 == at % 3))
            {
                var expected = Some.Engine.Decide(request, Scenes.Clusters[cluster] with { Policies = policies });
                var actual = Records.Replay(record, request.DecisionId, policies);

                Assert.True(Records.Text(expected) == Records.Text(actual), $"pod {at}, recorded under {then.Key}, replayed under {name}:\n{Records.Text(expected)}\n{Records.Text(actual)}");
            }
        }
    }

    [Fact]
    public void The_scenes_reach_nearly_every_reason()
    {
        var lists = Scenes.Policies.Values.ToList();
        var reached = Scenes.Clusters.Values
            .SelectMany((facts, place) => Scenes.AllPods().SelectMany((pod, at) => Enumerable.Range(at + place, 3).Select(turn => Some.Engine.Decide(Scenes.Request(pod), facts with { Policies = lists[turn % lists.Count] }))))
            .SelectMany(decision => decision.Candidates.Select(candidate => candidate.Reason).Append(decision.Reason).Append(decision.Floor?.Reason))
            .ToHashSet(StringComparer.Ordinal);
        // Calls that are no creation, other calls, failures, and what needs a pod of its own (below).
        string[] elsewhere =
        [
            Reasons.NotPodCreate, Reasons.MirrorPod, Reasons.Validated, Reasons.SidecarRequired, Reasons.FactsNotReady, Reasons.InternalError, Reasons.AuditUnavailable,
            Reasons.AnnotationsTooLarge, Reasons.UserNamespace, Reasons.StaleReport, Reasons.ServerlessNode,
        ];
        Assert.Equal([], Reasons.All.Keys.Except(reached, StringComparer.Ordinal).Except(elsewhere, StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("UPDATE", "pods", "")]
    [InlineData("CREATE", "pods", "binding")]
    [InlineData("CREATE", "deployments.apps", "")]
    public void Calls_that_create_no_pod_are_kept_as_such(string operation, string resource, string subResource)
    {
        var request = Some.Request() with { Operation = operation, Resource = resource, SubResource = subResource };

        Assert.Equal(Reasons.NotPodCreate, Records.Replay(Records.Bytes(request, Some.Cluster()), request.DecisionId, []).Reason);
    }

    [Fact]
    public void A_deletion_has_no_pod()
    {
        var request = Some.Request() with { Operation = "DELETE", Pod = default };

        Assert.Equal(Reasons.NotPodCreate, Records.Replay(Records.Bytes(request, Some.Cluster()), request.DecisionId, []).Reason);
    }

    [Theory]
    [InlineData(200_000, Reasons.ProvedMinimal)]
    [InlineData(262_000, Reasons.AnnotationsTooLarge)]
    public void The_length_of_an_annotation_that_is_left_out_still_counts(int length, string reason)
    {
        var pod = JsonNode.Parse(Some.HardenedPod)!;
        pod["metadata"]!["annotations"] = new JsonObject { ["kubectl.kubernetes.io/last-applied-configuration"] = new string('"', length / 6), ["note"] = "x" };
        var request = Some.Request(pod.ToJsonString());
        var record = Records.Bytes(request, Some.Cluster());
        var expected = Some.Decide(pod.ToJsonString());

        Assert.Contains(reason, expected.Candidates.Select(candidate => candidate.Reason).Append(expected.Reason));
        Assert.True(record.Length < 4096, $"{record.Length} bytes");
        Assert.Equal(Records.Text(expected), Records.Text(Records.Replay(record, request.DecisionId, [])));
    }

    [Fact]
    public void What_ended_before_its_nodes_were_asked_for_and_now_does_not_is_said_and_not_guessed()
    {
        var record = JsonNode.Parse(Records.Bytes(Some.Request(), Some.Cluster()))!;
        foreach (var name in new[] { "floor", "assumedLevel" }) record["facts"]!.AsObject().Remove(name);

        Assert.True(ReplayScene.TryRead(Some.Json(record.ToJsonString()), "id", ClusterFacts.Empty, out var scene, out _));
        Assert.False(scene.TryDecide(Some.Engine, out var decision, out var obstacle));
        Assert.Null(decision);
        Assert.Equal("facts-not-recorded", obstacle.Code);
    }

    [Theory]
    [InlineData("""{"pod":{},"facts":{}}""", "older-record")]
    [InlineData("""{"v":2}""", "newer-record")]
    [InlineData("""{"v":"1"}""", "malformed-record")]
    [InlineData("""{"v":0}""", "malformed-record")]
    [InlineData("""{"v":1}""", "malformed-record")]
    [InlineData("""{"v":1,"namespace":"a","pod":{},"facts":[]}""", "malformed-record")]
    [InlineData("""{"v":1,"namespace":"\ud800","pod":{},"facts":{}}""", "malformed-record")]
    [InlineData("""{"v":1,"namespace":"a","pod":null,"annotationsLeftOut":7,"facts":{}}""", "malformed-record")]
    [InlineData("""{"v":1,"namespace":"a","pod":{"metadata":{"annotations":{}}},"annotationsLeftOut":-1,"facts":{}}""", "malformed-record")]
    [InlineData("""[]""", "malformed-record")]
    [InlineData("""null""", "malformed-record")]
    public void Records_of_other_programs_are_refused_with_the_reason(string record, string code)
    {
        Assert.False(ReplayScene.TryRead(Some.Json(record), "id", ClusterFacts.Empty, out var scene, out var obstacle));
        Assert.Null(scene);
        Assert.Equal(code, obstacle.Code);
    }

    [Fact]
    public void A_length_that_nothing_has_takes_no_memory()
    {
        var record = Some.Json("""{"v":1,"namespace":"shop","pod":{"metadata":{"annotations":{}}},"annotationsLeftOut":2147483647,"facts":{}}""");

        Assert.True(ReplayScene.TryRead(record, "id", ClusterFacts.Empty, out var scene, out _));
        Assert.True(Encoding.UTF8.GetByteCount(scene.Request.Pod.GetRawText()) < 300_000);
    }
}
