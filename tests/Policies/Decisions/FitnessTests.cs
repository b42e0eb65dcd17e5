using System.Collections.Immutable;
using Coral.Policies.Selection;

namespace Coral.Policies.Tests.Decisions;

/// <summary>Case F of the acceptance list, as far as no node is needed: forms, completion, quality of service, room, collisions.</summary>
public sealed class FitnessTests
{
    [Theory]
    [InlineData("v1.36.3", 36, NativeSidecar.Auto, Form.Native)]
    [InlineData("v1.29.0-eks-1", 36, NativeSidecar.Auto, Form.Native)]
    [InlineData("v1.28.9", 36, NativeSidecar.Auto, Form.Regular)]
    [InlineData("v1.36.3", 28, NativeSidecar.Auto, Form.Regular)]
    [InlineData("v1.28.9", 28, NativeSidecar.Always, Form.Native)]
    [InlineData("v1.27.9", 28, NativeSidecar.Always, Form.Regular)]
    [InlineData("v1.36.3", 36, NativeSidecar.Never, Form.Regular)]
    [InlineData("garbage", 36, NativeSidecar.Auto, Form.Native)]
    public void F1_the_oldest_kubelet_and_the_server_choose_the_form(string kubelet, int server, NativeSidecar wanted, Form form)
    {
        var facts = Some.Cluster(nodes: Some.Proving(true, true, kubelet: kubelet), policies: Some.Policy() with { NativeSidecar = wanted }) with { ServerVersion = new KubernetesVersion(1, server) };
        var decision = Some.Decide(facts: facts);

        Assert.Equal(form, decision.Form);
        Assert.Equal(form == Form.Native, Patched.Sidecar(decision).TryGetProperty("restartPolicy", out _));
    }

    [Theory]
    [InlineData("\"restartPolicy\":\"Never\"", "")]
    [InlineData("\"restartPolicy\":\"OnFailure\"", "")]
    [InlineData("\"restartPolicy\":\"Always\"", ",\"ownerReferences\":[{\"kind\":\"Job\",\"name\":\"j\",\"controller\":true}]")]
    public void F2_a_pod_that_must_complete_gets_a_native_sidecar_or_none(string restart, string owner)
    {
        var pod = Some.HardenedPod.Replace("\"restartPolicy\":\"Always\"", restart, StringComparison.Ordinal).Replace("\"name\":\"app\"}", $$"""
            "name":"app"{{owner}}}
            """, StringComparison.Ordinal);
        var regular = Some.Cluster(policies: Some.Policy() with { NativeSidecar = NativeSidecar.Never });

        Assert.Equal((Outcome.Injected, Form.Native), (Some.Decide(pod).Outcome, Some.Decide(pod).Form));
        Assert.Equal((Outcome.Skipped, Reasons.JobNeedsNative), (Some.Decide(pod, regular).Outcome, Some.Decide(pod, regular).Reason));
    }

    [Fact]
    public void A_variant_that_has_no_room_gives_way_to_a_smaller_one_never_to_one_with_more_privilege()
    {
        var facts = Some.Cluster() with { LimitRanges = FactsReader.LimitRanges([Some.Json("""{"metadata":{"name":"lr","namespace":"shop"},"spec":{"limits":[{"type":"Container","min":{"memory":"200Mi"}}]}}""")]) };

        // ebpf-full asks for enough memory here, ebpf-minimal and restricted do not.
        Assert.Equal((null, Reasons.LimitRange), (Some.Decide(facts: facts).Variant, Some.Decide(facts: facts).Reason));
        Assert.Equal("ebpf-full", Some.Decide(facts: facts with { Nodes = Some.Proving(minimal: false, full: true) }).Variant);
        Assert.Equal("ebpf-full", Some.Decide(facts: facts with { Policies = [Some.Policy() with { AllowedModes = ["restricted", "ebpf-full"] }] }).Variant);
    }

    [Theory]
    [InlineData("true", "[]", "[]", Reasons.SecretNotMountable)]
    [InlineData("1", "[{\"name\":\"other\"}]", "[]", Reasons.SecretNotMountable)]
    [InlineData("True", "[{\"name\":\"coral-colony-secret\"}]", "[{\"name\":\"registry\"}]", Reasons.ProvedMinimal)]
    [InlineData("true", "[{\"name\":\"coral-colony-secret\"}]", "[]", Reasons.SecretNotMountable)]
    [InlineData("yes", "[]", "[]", Reasons.ProvedMinimal)]
    [InlineData("false", "[]", "[]", Reasons.ProvedMinimal)]
    public void An_account_that_lists_its_secrets_gets_no_reference_to_another(string enforces, string secrets, string pulls, string reason)
    {
        var account = Some.Json($$$"""
            {"metadata":{"name":"default","namespace":"shop","annotations":{"kubernetes.io/enforce-mountable-secrets":"{{{enforces}}}"}},"secrets":{{{secrets}}},"imagePullSecrets":{{{pulls}}}}
            """);
        var policy = Some.Policy() with
        {
            Variants = System.Collections.Immutable.ImmutableDictionary<string, Selection.VariantOverride>.Empty.Add("ebpf-minimal", new() { ImagePullSecrets = ["registry"] }),
            AllowedModes = ["ebpf-minimal"],
        };

        var decision = Some.Decide(facts: Some.Cluster(policies: policy) with { ServiceAccounts = FactsReader.ServiceAccounts([account]) });

        Assert.Equal(reason, decision.Variant is null ? decision.Candidates.Single(candidate => candidate.Variant == "ebpf-minimal").Reason : decision.Reason);
    }

    [Fact]
    public void F5_nothing_of_the_sidecar_can_hold_the_application()
    {
        foreach (var variant in Some.Engine.Catalogue.Variants)
        {
            foreach (var member in new[] { "startupProbe", "readinessProbe", "livenessProbe", "lifecycle" }) Assert.False(variant.Container.TryGetProperty(member, out _));
        }
    }

    [Theory]
    [InlineData("""{"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"1","memory":"1Gi"}}""", true)]
    [InlineData("""{"limits":{"cpu":"1","memory":"1Gi"}}""", true)]
    [InlineData("""{"limits":{"cpu":"1000m","memory":"1073741824"},"requests":{"cpu":1,"memory":"1Gi"}}""", true)]
    [InlineData("""{"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"500m","memory":"1Gi"}}""", false)]
    [InlineData("""{"limits":{"memory":"1Gi"}}""", false)]
    [InlineData("""{}""", false)]
    public void F6_a_guaranteed_pod_stays_guaranteed(string resources, bool guaranteed)
    {
        var sidecar = Patched.Sidecar(Some.Decide(Pod(resources)), Pod(resources)).GetProperty("resources");

        Assert.Equal(guaranteed, sidecar.GetProperty("requests").GetRawText() == sidecar.GetProperty("limits").GetRawText());
    }

    [Theory]
    [InlineData("""{"type":"Container","max":{"cpu":"100m"}}""", null)]
    [InlineData("""{"type":"Container","max":{"cpu":"300m"}}""", "restricted")]
    [InlineData("""{"type":"Container","max":{"memory":"1Gi"}}""", "ebpf-minimal")]
    [InlineData("""{"type":"Container","min":{"memory":"100Mi"}}""", "ebpf-minimal")]
    [InlineData("""{"type":"Container","min":{"memory":"1Gi"}}""", null)]
    [InlineData("""{"type":"Container","maxLimitRequestRatio":{"cpu":"4.5"}}""", "restricted")]
    [InlineData("""{"type":"Pod","max":{"memory":"600Mi"}}""", "restricted")]
    [InlineData("""{"type":"Pod","max":{"memory":"300Mi"}}""", null)]
    [InlineData("""{"type":"PersistentVolumeClaim","max":{"storage":"1"}}""", "ebpf-minimal")]
    public void F6_a_limit_range_is_respected_by_a_smaller_variant_or_none(string limit, string? variant)
    {
        var facts = Some.Cluster() with { LimitRanges = FactsReader.LimitRanges([Some.Json($$$"""{"metadata":{"name":"lr","namespace":"shop"},"spec":{"limits":[{{{limit}}}]}}""")]) };
        var decision = Some.Decide(Pod("""{"limits":{"cpu":"100m","memory":"100Mi"},"requests":{"cpu":"50m"}}"""), facts);

        Assert.Equal(variant, decision.Outcome == Outcome.Injected ? decision.Variant : null);
        if (variant is null) Assert.Equal(Reasons.LimitRange, decision.Reason);
        if (variant == "restricted") Assert.Equal(Reasons.StepDown, decision.Reason);
    }

    [Theory]
    [InlineData("""{"requests.cpu":"300m"}""", """{"requests.cpu":"100m"}""", "ebpf-minimal")]
    [InlineData("""{"requests.cpu":"250m"}""", """{"requests.cpu":"100m"}""", "restricted")]
    [InlineData("""{"cpu":"220m"}""", """{"cpu":"100m"}""", null)]
    [InlineData("""{"limits.memory":"612Mi"}""", "{}", "ebpf-minimal")]
    [InlineData("""{"limits.memory":"600Mi"}""", "{}", "restricted")]
    [InlineData("""{"pods":"1","count/pods":"1"}""", """{"pods":"0"}""", "ebpf-minimal")]
    public void F6_a_quota_is_respected_by_a_smaller_variant_or_none(string hard, string used, string? variant)
    {
        var facts = Some.Cluster() with { Quotas = FactsReader.Quotas([Some.Json($$$"""{"metadata":{"name":"q","namespace":"shop"},"spec":{"hard":{{{hard}}}},"status":{"used":{{{used}}}}}""")]) };
        var decision = Some.Decide(Pod("""{"limits":{"cpu":"100m","memory":"100Mi"},"requests":{"cpu":"100m","memory":"100Mi"}}""").Replace("\"limits\":{\"cpu\":\"100m\"", "\"limits\":{\"cpu\":\"200m\"", StringComparison.Ordinal), facts);

        Assert.Equal(variant, decision.Outcome == Outcome.Injected ? decision.Variant : null);
        if (variant is null) Assert.Equal(Reasons.ResourceQuota, decision.Reason);
    }

    [Theory]
    [InlineData("""{"requests":{"cpu":"100m"}}""", Reasons.PodResources)]
    [InlineData("""{"limits":{"memory":"128Mi"}}""", Reasons.PodResources)]
    [InlineData("""{"requests":{"cpu":"2"},"limits":{"memory":"4Gi"}}""", Reasons.ProvedMinimal)]
    public void F6_pod_level_resources_have_room_or_the_pod_is_skipped(string resources, string reason)
    {
        var pod = Pod("""{"requests":{"cpu":"100m"}}""").Replace("\"restartPolicy\"", $"\"resources\":{resources},\"restartPolicy\"", StringComparison.Ordinal);

        Assert.Equal(reason, Some.Decide(pod).Reason);
    }

    [Theory]
    [InlineData("true", null, true)]
    [InlineData("true", "false", false)]
    [InlineData("true", "true", false)]
    [InlineData("false", null, false)]
    [InlineData(null, null, false)]
    public void F7_a_shared_process_namespace_is_opted_in_and_never_overwrites(string? annotation, string? explicitly, bool added)
    {
        var pod = Some.HardenedPod;
        if (annotation is not null) pod = pod.Replace("{\"name\":\"app\"}", $$$"""{"name":"app","annotations":{"coral.io/share-pid":"{{{annotation}}}"}}""", StringComparison.Ordinal);
        if (explicitly is not null) pod = pod.Replace("\"restartPolicy\"", $"\"shareProcessNamespace\":{explicitly},\"restartPolicy\"", StringComparison.Ordinal);
        var decision = Some.Decide(pod);

        Assert.Equal(Outcome.Injected, decision.Outcome);
        Assert.Equal(added, System.Text.Encoding.UTF8.GetString(decision.Patch.Span).Contains("shareProcessNamespace", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"name":"coral-agent","image":"i"}""", "", Reasons.ContainerNameTaken)]
    [InlineData("""{"name":"x","image":"i","ports":[{"containerPort":4317}]}""", "", Reasons.PortTaken)]
    [InlineData("""{"name":"x","image":"i","ports":[{"containerPort":9001,"protocol":"TCP"}]}""", "", Reasons.PortTaken)]
    [InlineData("""{"name":"x","image":"i","ports":[{"containerPort":9001,"protocol":"UDP"}]}""", "", Reasons.ProvedMinimal)]
    [InlineData("""{"name":"x","image":"i"}""", """{"name":"coral-data","emptyDir":{}}""", Reasons.VolumeNameTaken)]
    public void F8_collisions_with_the_pods_own_are_skipped(string container, string volume, string reason)
    {
        var decision = Some.Decide($$$"""{"metadata":{},"spec":{"containers":[{{{container}}}],"volumes":[{{{volume}}}]}}""");

        Assert.Equal(reason, decision.Reason);
        Assert.NotEqual(Outcome.Denied, decision.Outcome);
    }

    [Fact]
    public void Local_storage_is_stated_where_a_limit_range_would_state_it_for_us()
    {
        var facts = Some.Cluster() with { LimitRanges = FactsReader.LimitRanges([Some.Json("""{"metadata":{"name":"lr","namespace":"shop"},"spec":{"limits":[{"type":"Container","default":{"ephemeral-storage":"1Mi"}}]}}""")]) };

        Assert.Equal("256Mi", Patched.Sidecar(Some.Decide(facts: facts)).GetProperty("resources").GetProperty("limits").GetProperty("ephemeral-storage").GetString());
        Assert.False(Patched.Sidecar(Some.Decide()).GetProperty("resources").GetProperty("limits").TryGetProperty("ephemeral-storage", out _));
    }

    private static string Pod(string resources) => Some.HardenedPod.Replace("\"image\":\"nginx\"", $"\"image\":\"nginx\",\"resources\":{resources}", StringComparison.Ordinal);
}
