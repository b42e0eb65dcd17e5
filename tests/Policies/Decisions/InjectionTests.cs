using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Policies.PodSecurity;
using Coral.Policies.Selection;
using Coral.Testing;
using Coral.Testing.Pods;

namespace Coral.Policies.Tests.Decisions;

/// <summary>Cases B and G of the acceptance list: the patch adds what is ours and touches nothing else, once.</summary>
public sealed class InjectionTests
{
    private const int Pods = 1500;

    [Fact]
    public void B1_B3_B12_whatever_the_pod_holds_stays_as_it_was()
    {
        var injected = 0;
        for (var seed = 0; seed < Pods; seed++)
        {
            var pod = PodGenerator.GenerateNode(seed, new PodGeneratorOptions { UnknownFields = true }).ToJsonString();
            var decision = Some.Decide(pod);
            if (decision.Patch.IsEmpty) continue;
            injected++;
            var patched = JsonNode.Parse(Patched.Pod(pod, decision))!;

            Remove(patched, JsonNode.Parse(pod)!);
            Assert.Equal(pod, patched.ToJsonString());
        }

        Assert.InRange(injected, Pods / 3, Pods);
    }

    [Fact]
    public void B2_a_native_sidecar_with_unknown_fields_keeps_them_when_ours_goes_before_it()
    {
        const string Pod = """{"metadata":{"name":"p"},"spec":{"initContainers":[{"name":"mesh","image":"m","restartPolicy":"Always","future":{"a":[1]}}],"containers":[{"name":"app","image":"i"}]}}""";
        var spec = Some.Json(Patched.Pod(Pod, Some.Decide(Pod))).GetProperty("spec");

        Assert.Equal("coral-agent", spec.GetProperty("initContainers")[0].GetProperty("name").GetString());
        Assert.Equal("""{"name":"mesh","image":"m","restartPolicy":"Always","future":{"a":[1]}}""", spec.GetProperty("initContainers")[1].GetRawText());
    }

    [Theory]
    [InlineData("""{"metadata":{"annotations":null},"spec":{"volumes":null,"initContainers":null,"containers":[{"name":"a","image":"i"}]}}""")]
    [InlineData("""{"metadata":{"annotations":{}},"spec":{"volumes":[],"initContainers":[],"containers":[{"name":"a","image":"i"}]}}""")]
    [InlineData("""{"metadata":{},"spec":{"containers":[{"name":"a","image":"i"}]}}""")]
    [InlineData("""{"metadata":null,"spec":{"containers":[{"name":"a","image":"i","env":null,"securityContext":null}]}}""")]
    [InlineData("""{"spec":{"containers":[{"name":"a","image":"i"}]}}""")]
    public void B4_absent_null_and_empty_parents_are_all_fine(string pod)
    {
        var patched = Some.Json(Patched.Pod(pod, Some.Decide(pod)));

        Assert.Equal("true", patched.GetProperty("metadata").GetProperty("annotations").GetProperty("coral.io/injected").GetString());
        Assert.Equal(2, patched.GetProperty("spec").GetProperty("volumes").GetArrayLength());
    }

    [Fact]
    public void B5_odd_annotations_survive()
    {
        var text = "quotes \" newline \n tab \t unicode é 漢 " + new string('x', 100_000);
        var pod = new JsonObject
        {
            ["metadata"] = new JsonObject { ["name"] = "p", ["annotations"] = new JsonObject { ["a/b~c"] = text, ["~1"] = "slash" } },
            ["spec"] = new JsonObject { ["containers"] = new JsonArray(new JsonObject { ["name"] = "a", ["image"] = "i" }) },
        }.ToJsonString();
        var annotations = Some.Json(Patched.Pod(pod, Some.Decide(pod))).GetProperty("metadata").GetProperty("annotations");

        Assert.Equal(text, annotations.GetProperty("a/b~c").GetString());
        Assert.Equal("slash", annotations.GetProperty("~1").GetString());
    }

    [Theory]
    [InlineData("1")]
    [InlineData("1.5")]
    [InlineData("\"1500m\"")]
    [InlineData("\"1e3\"")]
    [InlineData("null")]
    [InlineData("{}")]
    public void B6_quantities_of_every_spelling_are_read_or_left_alone(string cpu)
    {
        var pod = Some.HardenedPod.Replace("\"image\":\"nginx\"", "\"image\":\"nginx\",\"resources\":{\"requests\":{\"cpu\":" + cpu + "}}", StringComparison.Ordinal);
        var decision = Some.Decide(pod);

        Assert.Equal(Outcome.Injected, decision.Outcome);
        Assert.Contains($"\"cpu\":{cpu}", Patched.Pod(pod, decision), StringComparison.Ordinal);
    }

    [Fact]
    public void B7_managed_fields_are_not_looked_at_and_stay()
    {
        var fields = "{\"manager\":\"m\",\"fieldsV1\":{\"f:x\":\"" + new string('y', 500_000) + "\"}}";
        var pod = Some.HardenedPod.Replace("{\"name\":\"app\"}", "{\"name\":\"app\",\"managedFields\":[" + fields + "]}", StringComparison.Ordinal);

        Assert.Contains(fields, Patched.Pod(pod, Some.Decide(pod)), StringComparison.Ordinal);
    }

    [Fact]
    public void B8_a_pod_with_two_thousand_variables_is_decided_like_a_small_one()
    {
        var env = new JsonArray([.. Enumerable.Range(0, 2000).Select(i => new JsonObject { ["name"] = $"V{i}", ["value"] = $"$(V{i - 1}) and more" })]);
        var pod = Some.HardenedPod.Replace("\"image\":\"nginx\"", "\"image\":\"nginx\",\"env\":" + env.ToJsonString(), StringComparison.Ordinal);
        var (large, small) = (Some.Decide(pod), Some.Decide());

        Assert.Equal(Encoding.UTF8.GetString(small.Patch.Span), Encoding.UTF8.GetString(large.Patch.Span));
    }

    [Fact]
    public void B9_no_label_is_written_that_could_be_too_long()
    {
        foreach (var operation in JsonNode.Parse(Some.Decide().Patch.Span)!.AsArray()) Assert.DoesNotContain("labels", (string)operation!["path"]!, StringComparison.Ordinal);
    }

    [Fact]
    public void F4_another_injector_at_index_0_is_fine_before_and_after_us()
    {
        const string Mesh = """{"name":"mesh","image":"m","restartPolicy":"Always"}""";
        var before = Some.HardenedPod.Replace("\"containers\"", "\"initContainers\":[" + Mesh + "],\"containers\"", StringComparison.Ordinal);
        var first = Patched.Pod(before, Some.Decide(before));
        var after = JsonNode.Parse(Patched.Pod(Some.HardenedPod, Some.Decide()))!;
        after["spec"]!["initContainers"]!.AsArray().Insert(0, JsonNode.Parse(Mesh));

        Assert.Equal(["coral-agent", "mesh"], Names(first));
        Assert.Equal(["mesh", "coral-agent"], Names(after.ToJsonString()));
        Assert.Equal(Reasons.AlreadyInjected, Some.Decide(first).Reason);
        Assert.Equal(Reasons.AlreadyInjected, Some.Decide(after.ToJsonString()).Reason);

        static IEnumerable<string?> Names(string pod) => Some.Json(pod).GetProperty("spec").GetProperty("initContainers").EnumerateArray().Select(container => container.GetProperty("name").GetString());
    }

    [Fact]
    public void F3_a_webhook_that_strips_the_restart_policy_is_found_by_the_required_check()
    {
        var facts = Some.Cluster(Some.Namespace(more: ("coral.io/required", "true")));
        var pod = JsonNode.Parse(Patched.Pod(Some.HardenedPod, Some.Decide(facts: facts)))!;
        pod["spec"]!["initContainers"]![0]!.AsObject().Remove("restartPolicy");

        Assert.Equal(Reasons.SidecarRequired, Some.Engine.Validate(Some.Request(pod.ToJsonString()), facts).Reason);
    }

    [Fact]
    public void B10_a_pod_whose_annotations_are_full_is_skipped()
    {
        var pod = Some.HardenedPod.Replace("{\"name\":\"app\"}", $$$"""{"name":"app","annotations":{"a":"{{{new string('x', 255 * 1024)}}}"}}""", StringComparison.Ordinal);

        Assert.Equal(Reasons.AnnotationsTooLarge, Some.Decide(pod).Reason);
    }

    [Fact]
    public void B11_pull_secrets_are_appended_once()
    {
        var policy = Some.Policy() with { Variants = Some.Policy().Variants.Add("ebpf-minimal", new VariantOverride { ImagePullSecrets = ["mine", "theirs"] }) };
        var pod = Some.HardenedPod.Replace("\"restartPolicy\"", "\"imagePullSecrets\":[{\"name\":\"theirs\"}],\"restartPolicy\"", StringComparison.Ordinal);
        var secrets = Some.Json(Patched.Pod(pod, Some.Decide(pod, Some.Cluster(policies: policy)))).GetProperty("spec").GetProperty("imagePullSecrets");

        Assert.Equal("""[{"name":"theirs"},{"name":"mine"}]""", secrets.GetRawText());
    }

    [Fact]
    public void G1_a_patched_pod_is_not_patched_again()
    {
        var facts = Some.Cluster();
        for (var seed = 0; seed < Pods; seed++)
        {
            var pod = PodGenerator.GenerateNode(seed).ToJsonString();
            var first = Some.Decide(pod, facts);
            if (first.Outcome != Outcome.Injected) continue;
            var second = Patched.Again(Patched.Pod(pod, first), facts);

            Assert.Equal((Outcome.Skipped, Reasons.AlreadyInjected), (second.Outcome, second.Reason));
            Assert.True(second.Patch.IsEmpty);
            Assert.Equal(first.Id, second.EarlierId);
        }
    }

    [Theory]
    [InlineData("imagePullPolicy", "\"Always\"")]
    [InlineData("resources", """{"requests":{"cpu":"1"}}""")]
    [InlineData("terminationMessagePath", "\"/elsewhere\"")]
    [InlineData("startupProbe", """{"exec":{"command":["true"]}}""")]
    public void G1_what_others_change_after_us_does_not_make_it_foreign(string member, string value)
    {
        Assert.Equal(Reasons.AlreadyInjected, Tampered(sidecar => sidecar[member] = JsonNode.Parse(value)).Reason);
    }

    [Theory]
    [InlineData("image", "\"evil:latest\"")]
    [InlineData("command", """["sh"]""")]
    [InlineData("args", """["node"]""")]
    [InlineData("restartPolicy", "null")]
    public void G2_a_changed_sidecar_is_not_taken_for_ours(string member, string value)
    {
        Assert.Equal(Reasons.ContainerNameTaken, Tampered(sidecar => sidecar[member] = JsonNode.Parse(value)).Reason);
    }

    [Theory]
    [InlineData("""{"name":"coral-agent"}""")]
    [InlineData("""{"name":"coral-agent","image":"coral-agent:latest"}""")]
    [InlineData("""{"name":"coral-agent","image":"coral-agent:latest","command":["coral-agent"]}""")]
    [InlineData("""{"name":"coral-agent","image":"coral-agent:latest","command":["coral-agent"],"args":["sidecar"],"securityContext":{"privileged":true}}""")]
    [InlineData("""{"name":"coral-agent","image":"coral-agent:latest","command":null,"args":7,"securityContext":[],"env":{},"volumeMounts":"x"}""")]
    public void G2_a_container_that_only_has_our_name_is_foreign_whatever_it_lacks(string container)
    {
        var pod = """{"metadata":{"name":"p"},"spec":{"containers":[{"name":"a","image":"i"},""" + container + "]}}";
        Assert.Equal(Reasons.ContainerNameTaken, Some.Decide(pod).Reason);
        Assert.Equal(Reasons.SidecarRequired, Some.Engine.Validate(Some.Request(pod), Some.Cluster(Some.Namespace(more: ("coral.io/required", "true")))).Reason);
    }

    [Fact]
    public void G2_more_privilege_is_not_taken_for_ours()
    {
        Assert.Equal(Reasons.ContainerNameTaken, Tampered(sidecar => sidecar["securityContext"]!["privileged"] = true).Reason);
        Assert.Equal(Reasons.ContainerNameTaken, Tampered(sidecar => sidecar["securityContext"]!["capabilities"]!["add"]!.AsArray().Add((JsonNode)"SYS_MODULE")).Reason);
        Assert.Equal(Reasons.ContainerNameTaken, Tampered(sidecar => sidecar["securityContext"]!["capabilities"]!.AsObject().Remove("drop")).Reason);
    }

    [Fact]
    public void G2_annotations_without_the_container_are_not_trusted()
    {
        var pod = Some.HardenedPod.Replace("{\"name\":\"app\"}", """{"name":"app","annotations":{"coral.io/injected":"true","coral.io/status":"{\"id\":\"forged\"}"}}""", StringComparison.Ordinal);
        var decision = Some.Decide(pod);

        Assert.Equal(Outcome.Injected, decision.Outcome);
        Assert.DoesNotContain("forged", Patched.Pod(pod, decision), StringComparison.Ordinal);
    }

    [Fact]
    public void G3_an_older_sidecar_is_kept_and_never_doubled()
    {
        var decision = Tampered(sidecar => sidecar["image"] = "coral-agent:0.0.1");

        Assert.True(decision.Patch.IsEmpty);
        Assert.Contains(decision.Warnings, warning => warning.Contains(Reasons.ContainerNameTaken, StringComparison.Ordinal));
    }

    [Fact]
    public void E6_a_sidecar_stays_intact_when_the_nodes_change_their_mind()
    {
        var pod = Patched.Pod(Some.HardenedPod, Some.Decide());

        Assert.Equal(Reasons.AlreadyInjected, Some.Decide(pod, Some.Cluster(nodes: Some.Proving(false, false))).Reason);
    }

    [Fact]
    public void The_view_of_the_patched_pod_has_the_verdict_of_the_patched_pod()
    {
        foreach (var level in new[] { "baseline", "restricted" })
        {
            var facts = Some.Cluster(Some.Namespace(level));
            for (var seed = 0; seed < Pods; seed++)
            {
                var pod = PodGenerator.GenerateNode(seed).ToJsonString();
                var decision = Some.Decide(pod, facts);
                if (decision.Outcome != Outcome.Injected) continue;
                var really = PodSecurityEvaluator.Evaluate(new PodView(Some.Json(Patched.Pod(pod, decision))), decision.Level!.Value.Level, decision.Level.Value.Version);

                Assert.Equal(really.Violations.AsEnumerable(), decision.After!.Violations.AsEnumerable());
                Assert.True(really.Allowed || !decision.Before!.Allowed, $"seed {seed} at {level}");
            }
        }
    }

    [Fact]
    public void The_same_input_gives_the_same_bytes()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var pod = PodGenerator.GenerateNode(seed).ToJsonString();
            var (one, two) = (Some.Decide(pod), new DecisionEngine().Decide(Some.Request(pod), Some.Cluster()));

            Assert.Equal(Encoding.UTF8.GetString(one.Patch.Span), Encoding.UTF8.GetString(two.Patch.Span));
            Assert.Equal((one.Outcome, one.Reason), (two.Outcome, two.Reason));
        }
    }

    [Theory]
    [InlineData("""{"coral.io/mode":"ebpf-privileged","coral.io/share-pid":"true; rm"}""")]
    [InlineData("""{"coral.io/image":"evil","coral.io/status":"\",\"x\":\"y"}""")]
    [InlineData("""{"coral.io/mode":"restricted\",\"privileged\":true,\"a\":\""}""")]
    public void I5_annotations_cannot_add_fields_arguments_images_or_privileges(string annotations)
    {
        var pod = Some.HardenedPod.Replace("{\"name\":\"app\"}", $$$"""{"name":"app","annotations":{{{annotations}}}}""", StringComparison.Ordinal);
        var decision = Some.Decide(pod);
        var sidecar = Patched.Sidecar(decision, pod);

        Assert.Equal("coral-agent:latest", sidecar.GetProperty("image").GetString());
        Assert.Equal("""["sidecar"]""", sidecar.GetProperty("args").GetRawText());
        Assert.False(sidecar.GetProperty("securityContext").GetProperty("privileged").GetBoolean());
        Assert.False(Some.Json(Patched.Pod(pod, decision)).GetProperty("spec").TryGetProperty("shareProcessNamespace", out _));
    }

    private static Decision Tampered(Action<JsonNode> change)
    {
        var pod = JsonNode.Parse(Patched.Pod(Some.HardenedPod, Some.Decide()))!;
        change(pod["spec"]!["initContainers"]![0]!);
        return Some.Decide(pod.ToJsonString());
    }

    /// <summary>Takes out what is ours, so that what is left can be compared with what came.</summary>
    private static void Remove(JsonNode patched, JsonNode original)
    {
        var spec = patched["spec"]!;
        var annotations = patched["metadata"]!["annotations"]!.AsObject();
        foreach (var name in new[] { "coral.io/injected", "coral.io/status", "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes" })
        {
            if (original["metadata"]?["annotations"]?[name] is { } before) annotations[name] = before.DeepClone();
            else annotations.Remove(name);
        }

        Drop(spec, original["spec"]!, "volumes", name => name is "coral-data" or "coral-no-token");
        Drop(spec, original["spec"]!, "initContainers", name => name == "coral-agent");
        if (original["spec"]!["shareProcessNamespace"] is null) spec.AsObject().Remove("shareProcessNamespace");
        if (original["metadata"]!["annotations"] is null) patched["metadata"]!.AsObject().Remove("annotations");
    }

    private static void Drop(JsonNode spec, JsonNode original, string list, Func<string, bool> ours)
    {
        if (spec[list] is not JsonArray items) return;
        foreach (var item in items.Where(item => ours((string?)item!["name"] ?? "")).ToList()) items.Remove(item);
        if (original[list] is null) spec.AsObject().Remove(list);
    }
}
