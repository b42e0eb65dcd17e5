using System.Text.Json.Nodes;
using Coral.NodeAgent.Following;

namespace Coral.NodeAgent.Tests.Following;

public sealed class InjectedPodTests
{
    [Theory]
    [InlineData("restricted")]
    [InlineData("ebpf-minimal")]
    [InlineData("ebpf-full")]
    [InlineData("ebpf-privileged")]
    public void The_variant_is_what_the_sidecar_was_given_and_not_what_the_pod_says(string variant) =>
        Assert.Equal(variant, VariantCheck.VariantOf(Read(PodSamples.Injected(variant))!)?.Name);

    [Fact]
    public void The_capability_for_memory_makes_no_other_variant()
    {
        var pod = PodSamples.Injected("ebpf-minimal");
        ((JsonArray)pod["spec"]!["initContainers"]![0]!["securityContext"]!["capabilities"]!["add"]!).Add((JsonNode)"CAP_SYS_RESOURCE");

        Assert.Equal("ebpf-minimal", VariantCheck.VariantOf(Read(pod)!)?.Name);
    }

    [Theory]
    [InlineData("""{"capabilities":{"add":["BPF"]}}""")]
    [InlineData("""{"capabilities":{"add":["SYS_ADMIN","SYS_PTRACE","NET_ADMIN","BPF"]}}""")]
    [InlineData("""{"capabilities":{"add":[1,null,"BPF"]}}""")]
    public void A_container_of_our_name_with_other_rights_is_none_of_ours(string context) => Assert.Null(VariantCheck.VariantOf(Read(PodSamples.With(JsonNode.Parse(context)!))!));

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"spec":7,"metadata":[]}""")]
    [InlineData("""{"spec":{"containers":[null,3,{"name":"app"}],"initContainers":{}}}""")]
    public void A_pod_without_our_container_is_passed_over(string pod) => Assert.Null(Read(JsonNode.Parse(pod)!));

    [Fact]
    public void What_is_kept_of_a_pod_reads_as_the_pod_does_and_holds_nothing_else()
    {
        var pod = PodSamples.Json(PodSamples.Injected("ebpf-full"));
        var kept = new PodTrim(withNames: false).Trim(pod);

        // A record compares a set by reference.
        var (whole, small) = (InjectedPod.Read(pod)!, InjectedPod.Read(kept)!);
        Assert.Equal(whole.Capabilities, small.Capabilities);
        Assert.Equal(whole with { Capabilities = [] }, small with { Capabilities = [] });
        Assert.Equal(("abc", "decision-1", "coral/agent:1"), (small.ContainerId, small.DecisionId, small.Image));
        Assert.DoesNotContain("app", kept.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain("other", kept.GetRawText(), StringComparison.Ordinal);
        Assert.Equal("{}", new PodTrim(withNames: false).Trim(PodSamples.Json(JsonNode.Parse("""{"spec":{"containers":[{"name":"app"}]}}""")!)).GetRawText());
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("""{"id":7}""")]
    [InlineData("""{"id":"0123456789012345678901234567890123456789012345678901234567890123456789"}""")]
    public void A_status_that_somebody_made_up_is_no_decision(string status)
    {
        var pod = PodSamples.Injected("restricted");
        pod["metadata"]!["annotations"]!["coral.io/status"] = status;

        Assert.Null(Read(pod)!.DecisionId);
    }

    private static InjectedPod? Read(JsonNode pod) => InjectedPod.Read(PodSamples.Json(pod));
}
