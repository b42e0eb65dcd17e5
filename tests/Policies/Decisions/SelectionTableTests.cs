using Coral.Policies.Nodes;
using Coral.Policies.Selection;

namespace Coral.Policies.Tests.Decisions;

/// <summary>The table that selects (design §5). It is frozen: a change here is a change of the product.</summary>
public sealed class SelectionTableTests
{
    [Theory]
    [InlineData("restricted", true, true, true, "restricted", Reasons.LevelRestricted)]
    [InlineData("baseline", true, true, true, "restricted", Reasons.LevelBaseline)]
    [InlineData("privileged", true, true, true, "ebpf-minimal", Reasons.ProvedMinimal)]
    [InlineData("privileged", true, false, true, "ebpf-minimal", Reasons.ProvedMinimal)]
    [InlineData("privileged", false, true, true, "ebpf-full", Reasons.ProvedFull)]
    [InlineData("privileged", false, false, true, "restricted", Reasons.ProvedPrivilegedOnly)]
    [InlineData("privileged", false, false, false, "restricted", Reasons.NothingProved)]
    public void Level_and_floor_select(string level, bool minimal, bool full, bool something, string variant, string reason)
    {
        var decision = Some.Decide(facts: Some.Cluster(Some.Namespace(level), Some.Proving(minimal, full, something)));

        Assert.Equal((Outcome.Injected, variant, reason), (decision.Outcome, decision.Variant, decision.Reason));
    }

    [Fact]
    public void An_expired_report_proves_nothing()
    {
        var decision = Some.Decide(facts: Some.Cluster(nodes: Some.Proving(true, true, expires: Some.Now.AddMinutes(-1))));

        Assert.Equal(("restricted", Reasons.StaleReport), (decision.Variant, decision.Reason));
    }

    [Fact]
    public void A_node_without_a_report_proves_nothing()
    {
        var decision = Some.Decide(facts: Some.Cluster(nodes: NodeIndex.Build([Some.Node("node-a")], [], Some.Now, ReportOrigin.Cluster)));

        Assert.Equal(("restricted", Reasons.NoReport), (decision.Variant, decision.Reason));
    }

    [Fact]
    public void C10_a_serverless_node_proves_nothing()
    {
        var fargate = NodeFacts.Read(Some.Json("""{"metadata":{"name":"fargate-1","labels":{"eks.amazonaws.com/compute-type":"fargate","kubernetes.io/os":"linux"}}}"""))!;

        Assert.Equal(("restricted", Reasons.ServerlessNode), Answer(Some.Decide(facts: Some.Cluster(nodes: NodeIndex.Build([fargate], [], Some.Now, ReportOrigin.Cluster)))));
    }

    [Fact]
    public void Without_nodes_nothing_is_proved()
    {
        Assert.Equal(("restricted", Reasons.NoNodes), Answer(Some.Decide(facts: Some.Cluster(nodes: NodeIndex.Empty))));
    }

    [Fact]
    public void One_node_that_proves_only_full_lowers_all()
    {
        var nodes = NodeIndex.Build(
            [Some.Node("a"), Some.Node("b")],
            [Some.Report("a", true, true, true, "not-needed", Some.Now.AddMinutes(30)), Some.Report("b", false, true, true, "not-needed", Some.Now.AddMinutes(30))],
            Some.Now,
            ReportOrigin.Cluster);

        Assert.Equal(("ebpf-full", Reasons.ProvedFull), Answer(Some.Decide(facts: Some.Cluster(nodes: nodes))));
    }

    [Theory]
    [InlineData("\"hostUsers\":false", Reasons.UserNamespace)]
    [InlineData("\"runtimeClassName\":\"gvisor\"", Reasons.SandboxedRuntime)]
    [InlineData("\"nodeSelector\":{\"pool\":\"gone\"}", Reasons.NoFeasibleNode)]
    public void C10_a_kernel_that_the_pod_does_not_meet_proves_nothing(string member, string reason)
    {
        var pod = Some.HardenedPod.Replace("\"restartPolicy\"", member + ",\"restartPolicy\"", StringComparison.Ordinal);

        Assert.Equal(("restricted", reason), Answer(Some.Decide(pod)));
    }

    [Fact]
    public void Ebpf_privileged_is_never_automatic_and_needs_a_grant()
    {
        var asked = Some.Namespace(more: ("coral.io/mode", "ebpf-privileged"));
        var grant = Some.Policy() with { RaiseModes = ["ebpf-privileged"] };
        var floor = Some.Proving(minimal: false, full: false, something: true);

        Assert.Equal(("restricted", Reasons.ModeNotGranted), Answer(Some.Decide(facts: Some.Cluster(asked, floor))));
        Assert.Equal(("ebpf-privileged", Reasons.ModeGranted), Answer(Some.Decide(facts: Some.Cluster(asked, floor, grant))));
        Assert.Equal(("restricted", Reasons.ProvedPrivilegedOnly), Answer(Some.Decide(facts: Some.Cluster(Some.Namespace(), floor, grant))));
    }

    [Theory]
    [InlineData("restricted", "restricted")]
    [InlineData("baseline", "ebpf-minimal")]
    [InlineData("privileged", "ebpf-minimal")]
    public void The_documented_table_selects_where_a_policy_says_so(string level, string variant)
    {
        var decision = Some.Decide(facts: Some.Cluster(Some.Namespace(level), policies: Some.Policy() with { Privileges = Privileges.Documented }));

        Assert.Equal(variant, decision.Variant);
        Assert.Equal(level == "privileged" ? Reasons.ProvedMinimal : Reasons.DocumentedTable, decision.Reason);
        // What Pod Security really says of it is kept for the audit (row C-1).
        Assert.Equal(level != "baseline", decision.After!.Allowed);
    }

    [Theory]
    [InlineData("not-needed", Privileges.Least, false)]
    [InlineData("needed", Privileges.Least, true)]
    [InlineData("unknown", Privileges.Least, true)]
    [InlineData("not-needed", Privileges.Documented, true)]
    public void SYS_RESOURCE_is_added_where_memlock_may_matter(string memlock, Privileges privileges, bool added)
    {
        var decision = Some.Decide(facts: Some.Cluster(nodes: Some.Proving(true, true, memlock: memlock), policies: Some.Policy() with { Privileges = privileges }));

        Assert.Equal(added, Patched.Sidecar(decision).GetProperty("securityContext").GetProperty("capabilities").GetProperty("add").EnumerateArray().Any(name => name.GetString() == "SYS_RESOURCE"));
    }

    [Theory]
    [InlineData("", LevelOrigin.Assumed, "restricted")]
    [InlineData("privileged", LevelOrigin.Label, "ebpf-minimal")]
    [InlineData("misspelt", LevelOrigin.Label, "restricted")]
    public void The_level_says_where_it_comes_from(string label, LevelOrigin origin, string variant)
    {
        var decision = Some.Decide(facts: Some.Cluster(Some.Namespace(label)));

        Assert.Equal((origin, variant), (decision.Level!.Value.Origin, decision.Variant));
        Assert.Equal(origin == LevelOrigin.Assumed || label == "misspelt", !decision.Warnings.IsEmpty);
    }

    [Fact]
    public void A_policy_states_the_level_of_silent_namespaces()
    {
        var decision = Some.Decide(facts: Some.Cluster(Some.Namespace(""), policies: Some.Policy() with { DefaultLevel = Policies.PodSecurity.Level.Privileged }));

        Assert.Equal((LevelOrigin.Policy, "ebpf-minimal"), (decision.Level!.Value.Origin, decision.Variant));
    }

    [Fact]
    public void Latest_clamps_to_the_servers_minor()
    {
        Assert.Equal("v1.36", Some.Decide().Level!.Value.Version.ToString());
    }

    private static (string?, string) Answer(Decision decision) => (decision.Variant, decision.Reason);
}
