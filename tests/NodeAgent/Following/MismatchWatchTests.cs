using System.Text.Json.Nodes;
using Coral.NodeAgent.Capabilities;
using Coral.NodeAgent.Following;
using Coral.NodeAgent.Publishing;
using Coral.NodeAgent.Tests.Capabilities;
using Coral.NodeAgent.Tests.Journal;
using Coral.Policies.Nodes;

namespace Coral.NodeAgent.Tests.Following;

public sealed class MismatchWatchTests
{
    private static readonly NodeReport Everything = Report();
    private static readonly NodeReport NoMinimal = Report(("tp_btf", Samples.Ok, Samples.Denied, Samples.Ok), ("iter:tcp", Samples.Ok, Samples.Denied, Samples.Ok));
    private static readonly NodeReport NoFull = Report(("ringbuf", Samples.Ok, Samples.Ok, Samples.Denied));

    private readonly RecordingJournal journal = new();
    private readonly MismatchWatch watch;

    public MismatchWatchTests() => watch = new(journal.Found);

    [Fact]
    public void A_node_that_holds_its_pods_up_is_no_news()
    {
        Show(PodSamples.Injected("ebpf-minimal", "a"), PodSamples.Injected("ebpf-full", "b"), PodSamples.Injected("ebpf-privileged", "c"), PodSamples.Injected("restricted", "d"));
        Say(Everything);

        Assert.Empty(journal.Mismatches);
    }

    [Fact]
    public void A_pod_whose_variant_the_node_does_not_prove_is_told_once_with_what_is_lacking()
    {
        Show(PodSamples.Injected("ebpf-minimal", "a"), PodSamples.Injected("ebpf-full", "b"));
        Say(NoMinimal);
        Say(NoMinimal);
        Show(PodSamples.Injected("ebpf-minimal", "a"), PodSamples.Injected("ebpf-full", "b"));

        var found = Assert.Single(journal.Mismatches);
        Assert.Equal(("a", "ebpf-minimal", ReportHash.Of(NoMinimal)), (found.Pod.Uid, found.Variant, found.ReportHash));
        Assert.Equal<string>(["tp_btf", "iter:tcp"], found.Lacks);
        Assert.Equal("variant-mismatch: pod shop/cart-1 runs ebpf-minimal, and this node does not prove tp_btf, iter:tcp", found.ToString());
    }

    [Fact]
    public void It_does_not_matter_whether_the_pod_or_the_report_comes_first()
    {
        Say(NoFull);
        Assert.Empty(journal.Mismatches);
        Show(PodSamples.Injected("ebpf-full"));

        Assert.Equal<string>(["ringbuf"], Assert.Single(journal.Mismatches).Lacks);
    }

    [Fact]
    public void What_a_later_probe_proves_is_told_as_resolved_once()
    {
        Show(PodSamples.Injected("ebpf-full"));
        Say(NoFull);
        Say(Everything);
        Say(Everything);

        Assert.Equal([false, true], journal.Mismatches.Select(found => found.Resolved));
        Assert.Equal("variant-match: pod shop/cart-1 runs ebpf-full, and this node proves it now", journal.Mismatches[1].ToString());
    }

    [Fact]
    public void What_is_lacking_now_in_another_way_is_told_again()
    {
        Show(PodSamples.Injected("ebpf-full"));
        Say(NoFull);
        Say(Report(("btf", Samples.Ok, Samples.Ok, Samples.Denied)));

        Assert.Equal(["ringbuf", "btf"], journal.Mismatches.Select(found => Assert.Single(found.Lacks)));
    }

    [Fact]
    public void A_pod_that_is_gone_is_forgotten_and_its_successor_told_anew()
    {
        Say(NoFull);
        Show(PodSamples.Injected("ebpf-full", "a"));
        Show();
        Show(PodSamples.Injected("ebpf-full", "b"));

        Assert.Equal(["a", "b"], journal.Mismatches.Select(found => found.Pod.Uid));
    }

    [Theory]
    [InlineData("Succeeded")]
    [InlineData("Failed")]
    public void A_pod_that_has_ended_is_no_news(string phase)
    {
        Say(NoFull);
        var pod = PodSamples.Injected("ebpf-full");
        pod["status"]!["phase"] = phase;
        Show(pod);

        Assert.Empty(journal.Mismatches);
    }

    [Fact]
    public void Memory_that_may_be_limited_is_lacking_unless_the_sidecar_may_raise_the_limit()
    {
        Say(NodeCapabilityDocument.Report(Samples.Outcome("/nowhere") with { Memlock = "needed" }));
        var raised = PodSamples.Injected("ebpf-minimal", "b");
        ((JsonArray)raised["spec"]!["initContainers"]![0]!["securityContext"]!["capabilities"]!["add"]!).Add((JsonNode)"SYS_RESOURCE");
        Show(PodSamples.Injected("ebpf-minimal", "a"), raised, PodSamples.Injected("restricted", "c"), PodSamples.Injected("ebpf-privileged", "d"));

        var found = Assert.Single(journal.Mismatches);
        Assert.Equal(("a", "memlock"), (found.Pod.Uid, Assert.Single(found.Lacks)));
    }

    [Fact]
    public void A_privileged_sidecar_on_a_node_without_any_eBPF_is_a_mismatch()
    {
        var nothing = Samples.Outcome("/nowhere") with { Facts = [.. Samples.Outcome("/nowhere").Facts.Select(fact => new FactOutcome(fact.Name, Samples.Denied, Samples.Denied, Samples.Denied))] };
        Say(NodeCapabilityDocument.Report(nothing));
        Show(PodSamples.Injected("ebpf-privileged"));

        Assert.Equal<string>(["ebpf"], Assert.Single(journal.Mismatches).Lacks);
    }

    private static NodeReport Report(params (string Name, Trial AsIs, Trial Minimal, Trial Full)[] others) => NodeCapabilityDocument.Report(Samples.Outcome("/nowhere", others));

    private void Say(NodeReport report) => watch.Report(report, ReportHash.Of(report));

    private void Show(params JsonNode[] pods) => watch.Pods(pods.Select(PodSamples.Json));
}
