using Coral.NodeAgent.Capabilities;
using Coral.NodeAgent.Sidecar;
using Coral.Policies.Nodes;

namespace Coral.NodeAgent.Tests.Sidecar;

public sealed class SidecarStatusTests
{
    private static readonly Trial Ok = new(FactState.Ok, 0, null, 5, "load, attach, call");

    [Fact]
    public void A_restricted_sidecar_has_no_problems_and_says_what_serves_instead()
    {
        var status = Begin("restricted").With(new Dictionary<string, Trial>());

        Assert.Empty(status.Problems);
        Assert.Equal(["mesh", "connect", "exec-nsenter", "exec-cri", "ebpf"], status.Degraded.Select(degraded => degraded.Feature));
        Assert.Equal("lacks CAP_BPF and CAP_PERFMON, or CAP_SYS_ADMIN", status.Degraded[^1].Why);
        Assert.All(status.Degraded, degraded => Assert.NotNull(degraded.Instead));
        Assert.False(SidecarStatus.CanTry([]));
    }

    [Fact]
    public void What_a_variant_promises_and_its_process_does_not_have_is_a_problem()
    {
        var status = SidecarStatus.Begin(Identity("ebpf-minimal"), ["NET_ADMIN"], 65532);

        Assert.Equal(["ebpf-minimal is given BPF, PERFMON, which this process of user 65532 does not have in effect"], status.Problems.AsEnumerable());
        Assert.Contains(status.Degraded, degraded => degraded is { Feature: "ebpf" });
    }

    [Fact]
    public void A_fact_that_a_variant_needs_and_that_fails_here_is_a_problem_and_takes_ebpf_away()
    {
        var trials = NodeFact.RequiredNames.ToDictionary(name => name, _ => Ok, StringComparer.Ordinal);
        var whole = Begin("ebpf-minimal", "NET_ADMIN", "PERFMON", "BPF").With(trials);
        Assert.Empty(whole.Problems);
        Assert.DoesNotContain(whole.Degraded, degraded => degraded.Feature == "ebpf");

        trials["tp_btf"] = new Trial(FactState.Denied, 1, null, 5, "load");
        trials.Remove("iter:tcp");
        var status = Begin("ebpf-minimal", "NET_ADMIN", "PERFMON", "BPF").With(trials);
        Assert.Equal(["tp_btf: denied EPERM (load)", "iter:tcp: not tried"], status.Problems.AsEnumerable());
        Assert.Equal("tp_btf: denied EPERM (load); iter:tcp: not tried", Assert.Single(status.Degraded, degraded => degraded.Feature == "ebpf").Why);
    }

    [Fact]
    public void The_document_has_all_of_it()
    {
        var trials = NodeFact.RequiredNames.ToDictionary(name => name, _ => Ok, StringComparer.Ordinal);
        trials["tp_btf"] = new Trial(FactState.Denied, 1, "unknown func bpf_loop#181", 5, "load");
        var text = System.Text.Encoding.UTF8.GetString(SidecarStatusDocument.Json(Begin("ebpf-minimal", "NET_ADMIN", "PERFMON", "BPF").With(trials)));

        Golden.Check("tests/NodeAgent/Golden/status.json", text.Replace(AgentVersion.Text, "0.0.0", StringComparison.Ordinal));
    }

    [Fact]
    public void An_unknown_variant_is_a_problem()
    {
        var status = SidecarStatus.Begin(Identity("ebpf-mega"), [], 0);

        Assert.Equal(["CORAL_VARIANT is \"ebpf-mega\", which is no variant of this version"], status.Problems.AsEnumerable());
    }

    [Fact]
    public void Without_a_variant_it_is_the_one_that_promises_nothing() => Assert.Equal("restricted", SidecarIdentity.Read(_ => null).VariantName);

    private static SidecarStatus Begin(string variant, params string[] capabilities) => SidecarStatus.Begin(Identity(variant), capabilities, 0);

    private static SidecarIdentity Identity(string variant) => new(variant, "shop", "web-0", "node-a");
}
