using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using Coral.Policies.Tests.Decisions;
using Coral.Testing.Pods;

namespace Coral.Policies.Tests.Recording;

/// <summary>No secret goes into a record, and none of what is left out decides.</summary>
public sealed class RedactionTests
{
    private const string Secret = "hunter2-5f3a";

    [Fact]
    public void No_secret_of_a_pod_or_its_namespace_is_recorded()
    {
        var pod = """
            {"metadata":{"name":"app","managedFields":[{"manager":"SECRET"}],"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"SECRET","coral.io/mode":"auto"}},
             "spec":{"initContainers":[{"name":"first","image":"a","env":[{"name":"A","value":"SECRET"}]}],
                     "containers":[{"name":"app","image":"nginx","command":["run","SECRET"],"args":["--password=SECRET"],"readinessProbe":{"exec":{"command":["curl","SECRET"]}},"env":[{"name":"CORAL_VARIANT","value":"SECRET"},{"name":"B","value":"SECRET"},{"name":"C","valueFrom":{"secretKeyRef":{"name":"db","key":"password"}}}],
                       "livenessProbe":{"httpGet":{"port":80,"httpHeaders":[{"name":"Authorization","value":"SECRET"}]},"periodSeconds":3},
                       "lifecycle":{"preStop":{"httpGet":{"port":80,"httpHeaders":[{"name":"Cookie","value":"SECRET"}]}}}}],
                     "ephemeralContainers":[{"name":"debug","image":"a","env":[{"name":"D","value":"SECRET"},"SECRET"]}]},
             "status":{"message":"SECRET"}}
            """.Replace("SECRET", Secret, StringComparison.Ordinal);
        var scope = Some.Namespace();
        var facts = Some.Cluster(scope with { Annotations = scope.Annotations.Add("vault.example.com/token", Secret).Add("coral.io/mode", "ebpf-full") });

        var text = Encoding.UTF8.GetString(Records.Bytes(Some.Request(pod), facts));

        Assert.DoesNotContain(Secret, text, StringComparison.Ordinal);
        foreach (var kept in new[] { "\"C\"", "secretKeyRef", "Authorization", "Cookie", "\"periodSeconds\":3", "\"coral.io/mode\":\"ebpf-full\"", "\"coral.io/mode\":\"auto\"" }) Assert.Contains(kept, text, StringComparison.Ordinal);
        Assert.Equal(10, text.Split("[redacted]").Length);
    }

    [Theory]
    [InlineData("privileged")]
    [InlineData("baseline")]
    [InlineData("restricted")]
    public void No_value_of_the_environment_decides(string cluster)
    {
        foreach (var (_, policies) in Scenes.Policies)
        {
            var facts = Scenes.Clusters[cluster] with { Policies = policies };
            for (var seed = 0; seed < 150; seed++)
            {
                var pod = PodGenerator.GenerateNode(seed);
                var before = Some.Engine.Decide(Scenes.Request(Some.Json(With(pod, "one", null).ToJsonString())), facts);
                var after = Some.Engine.Decide(Scenes.Request(Some.Json(With(pod, "two", "X-Token").ToJsonString())), facts);

                Assert.Equal(Records.Text(before), Records.Text(after));
            }
        }
    }

    [Fact]
    public void A_sidecar_of_ours_is_known_again_although_its_environment_is_redacted()
    {
        var facts = Some.Cluster();
        var patched = Patched.Pod(Some.HardenedPod, Some.Decide(facts: facts));
        var request = Some.Request(patched);

        var again = Records.Replay(Records.Bytes(request, facts), request.DecisionId, ImmutableArray<Selection.InjectionPolicy>.Empty);

        Assert.Equal(Reasons.AlreadyInjected, again.Reason);
        Assert.Equal(request.DecisionId, again.EarlierId);
    }

    private static JsonNode With(JsonNode pod, string value, string? header)
    {
        var copy = pod.DeepClone();
        foreach (var container in copy["spec"]!["containers"]!.AsArray().Concat(copy["spec"]!["initContainers"]?.AsArray() ?? []))
        {
            container!["env"] = new JsonArray(new JsonObject { ["name"] = "A", ["value"] = value }, new JsonObject { ["name"] = "CORAL_VARIANT", ["value"] = value });
            if (header is not null && container["livenessProbe"]?["httpGet"] is JsonObject get) get["httpHeaders"] = new JsonArray(new JsonObject { ["name"] = header, ["value"] = value });
        }

        return copy;
    }
}
