using Coral.NodeAgent.Capabilities;
using Coral.NodeAgent.Commands;
using Coral.NodeAgent.Tests.Capabilities;
using Coral.Policies.Nodes;

namespace Coral.NodeAgent.Tests.Commands;

public sealed class CommandTests
{
    [Theory]
    [InlineData("node-a", true)]
    [InlineData("ip-10-0-0-1.eu.internal", true)]
    [InlineData("Node", false)]
    [InlineData("", false)]
    [InlineData("a..b", false)]
    [InlineData("-a", false)]
    public void A_node_has_a_name_that_an_object_can_have(string name, bool valid) => Assert.Equal(valid, NodeName.IsValid(name));

    [Fact]
    public void The_name_of_this_host_makes_a_name_of_a_node() => Assert.True(NodeName.IsValid(NodeName.OfHost()));

    [Fact]
    public void The_table_shows_each_fact_three_ways_and_why_not()
    {
        var refused = new Trial(FactState.Absent, 22, "unknown func bpf_loop#181", 5, "load");

        var text = ProbeTable.Text(Samples.Outcome("/nowhere", ("fentry", Samples.Denied, Samples.Denied, Samples.Denied), ("loop", refused, refused, refused), ("uprobe", Samples.Ok, Samples.Denied, Samples.Ok)));

        Golden.Check("tests/NodeAgent/Golden/table.txt", text);
    }
}
