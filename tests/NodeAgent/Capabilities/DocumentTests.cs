using System.Text.Json;
using Coral.NodeAgent.Capabilities;
using Coral.Policies.Bundles;
using Coral.Policies.Nodes;

namespace Coral.NodeAgent.Tests.Capabilities;

public sealed class DocumentTests
{
    [Fact]
    public void What_is_printed_is_a_valid_NodeCapability_and_is_read_as_it_was_meant()
    {
        var document = Write(Samples.Outcome("/", ("tp_btf", Samples.Ok, Samples.Denied, Samples.Ok), ("kprobe", Trial.NotMade("no answer", 110), Samples.Denied, Samples.Denied)));

        Assert.Empty(NodeCapabilityValidator.Validate(document));
        var report = NodeReport.Read(document)!;
        Assert.Equal(("node-a", MemlockState.NotNeeded), (report.Node, report.Memlock));
        Assert.False(report.ProvesMinimal);
        Assert.True(report.ProvesFull);
        Assert.Equal(new NodeFact("kprobe", FactState.Error, FactState.Denied, FactState.Denied), report.Facts.Single(fact => fact.Name == "kprobe"));
    }

    [Fact]
    public void All_that_the_floor_asks_for_is_tried()
    {
        Assert.True(NodeReport.Read(Write(Samples.Outcome("/")))!.ProvesMinimal);
        foreach (var name in new[] { "ringbuf", "btf", "raw_tp", "tp_btf", "iter:task", "iter:tcp" })
            Assert.False(NodeReport.Read(Write(Samples.Outcome("/", (name, Samples.Denied, Samples.Denied, Samples.Denied))))!.ProvesFull, name);
    }

    [Fact]
    public void A_trial_is_read_as_it_was_written()
    {
        var trial = new Trial(FactState.Absent, 22, "unknown func bpf_loop#181", 99, "load");
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            trial.WriteMembers(json);
            json.WriteEndObject();
        }

        Assert.Equal(trial, Trial.Read(JsonDocument.Parse(stream.ToArray()).RootElement));
    }

    internal static JsonElement Write(ProbeOutcome outcome)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream)) NodeCapabilityDocument.Write(json, outcome);
        return JsonDocument.Parse(stream.ToArray()).RootElement;
    }
}
