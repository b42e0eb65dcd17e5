using Coral.Policies.Nodes;
using static Coral.Policies.Tests.Nodes.Samples;

namespace Coral.Policies.Tests.Nodes;

public class NodeReportTests
{
    [Fact]
    public void A_report_is_read_whole()
    {
        var report = NodeReport.Read(Json(
            """
            {"apiVersion": "coral.io/v1alpha1", "kind": "NodeCapability", "metadata": {"name": "n1"}, "node": "n1",
             "observedAt": "2026-11-21T11:55:00.123456Z", "expiresAt": "2026-11-21T13:25:00+01:00", "generation": 7, "bootId": "b1",
             "system": {"release": "6.1.0-18-cloud-amd64", "arch": "x86_64", "lockdown": "none", "memlock": "not-needed", "runtime": "containerd://2.4.2", "runtimeSocket": "/run/c.sock", "kubelet": "v1.36.3"},
             "facts": {"ringbuf": {"state": "ok", "errno": 0, "micros": 41, "method": "map", "minimal": {"state": "denied"}, "full": {"state": "ok"} },
                       "fentry": {"state": "absent", "errno": 524}, "lsm": {"state": "error"}, "x": 1, "y": {"state": "OK"}},
             "collectors": {"exec": {"tier": "T0", "reasons": []} } }
            """))!;

        Assert.True(report is { Node: "n1", ObjectName: "n1", Generation: 7, BootId: "b1", Release: "6.1.0-18-cloud-amd64", Arch: "x86_64", Lockdown: "none" });
        Assert.True(report is { Memlock: MemlockState.NotNeeded, Runtime: "containerd://2.4.2", RuntimeSocket: "/run/c.sock" });
        Assert.Equal(new KubernetesVersion(1, 36), report.Kubelet);
        Assert.Equal(new DateTimeOffset(2026, 11, 21, 12, 25, 0, TimeSpan.Zero), report.ExpiresAt);
        Assert.Equal(new DateTimeOffset(2026, 11, 21, 11, 55, 0, 123, 456, TimeSpan.Zero), report.ObservedAt);
        Assert.Equal(
            [
                new NodeFact("ringbuf", FactState.Ok, FactState.Denied, FactState.Ok),
                new NodeFact("fentry", FactState.Absent, FactState.Unknown, FactState.Unknown),
                new NodeFact("lsm", FactState.Error, FactState.Unknown, FactState.Unknown),
                new NodeFact("x", FactState.Unknown, FactState.Unknown, FactState.Unknown),
                new NodeFact("y", FactState.Unknown, FactState.Unknown, FactState.Unknown),
            ],
            report.Facts.ToArray());
    }

    [Theory]
    [InlineData("""{"node": "n1"}""", "n1", null)]
    [InlineData("""{"metadata": {"name": "n1"}}""", "n1", "n1")]
    [InlineData("""{"node": 7, "metadata": {"name": "n1"}}""", "n1", "n1")]
    [InlineData("""{"node": "n2", "metadata": {"name": "n1"}}""", "n2", "n1")]
    public void The_node_is_named_by_the_report_or_else_by_the_object(string json, string node, string? objectName)
    {
        var report = NodeReport.Read(Json(json))!;

        Assert.Equal((node, objectName), (report.Node, report.ObjectName));
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("\"n1\"")]
    [InlineData("""{"node": "", "metadata": {}}""")]
    public void A_report_that_names_no_node_is_none(string json) => Assert.Null(NodeReport.Read(Json(json)));

    // Every single part of a good report in turn is replaced by something of another kind.
    [Theory]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("true")]
    [InlineData("\"\"")]
    public void A_malformed_part_lowers_and_never_raises(string other)
    {
        var good = ReportJson("a", minimal: "ok", full: "denied");
        Assert.True(NodeReport.Read(Json(good)) is { ProvesMinimal: true, ProvesFull: false });
        foreach (var part in new[]
        {
            "\"2026-11-21T11:55:00Z\"", "\"2026-11-21T12:25:00Z\"", "\"ok\"", "\"not-needed\"", "\"/run/containerd/containerd.sock\"",
            """{"state": "ok"}""", """{"state": "ok", "minimal": {"state": "ok"}, "full": {"state": "denied"} }""",
        })
        {
            Assert.Contains(part, good, StringComparison.Ordinal);
            var report = NodeReport.Read(Json(good.Replace(part, other, StringComparison.Ordinal)))!;
            var floor = NodeIndex.Build([Node("a")], [report], Now, ReportOrigin.Cluster).FloorOf();
            Assert.False(floor.ProvesFull);
            Assert.False(part.Contains("ok", StringComparison.Ordinal) && floor.ProvesMinimal, part);
            Assert.True(part != "\"not-needed\"" || floor.MemlockMayBeNeeded);
            Assert.True(part != "\"2026-11-21T12:25:00Z\"" || floor.Reason == FloorReason.StaleReport);
        }
    }

    [Fact]
    public void A_fact_that_stands_twice_keeps_its_last_state() =>
        Assert.Equal(FactState.Denied, Assert.Single(NodeReport.Read(Json("""{"node": "n", "facts": {"btf": {"state": "ok"}, "btf": {"state": "denied"}}}"""))!.Facts).State);
}
