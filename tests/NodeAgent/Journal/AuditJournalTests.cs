using System.Text.Json;
using Coral.Audit.Search;
using Coral.NodeAgent.Capabilities;
using Coral.NodeAgent.Following;
using Coral.NodeAgent.Journal;
using Coral.NodeAgent.Publishing;
using Coral.NodeAgent.Tests.Capabilities;
using Coral.NodeAgent.Tests.Following;
using Coral.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.NodeAgent.Tests.Journal;

/// <summary>What stands in the spool afterwards, read as <c>coral audit search</c> reads it.</summary>
public sealed class AuditJournalTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("coral-journal").FullName;
    private readonly FakeTimeProvider time = new();
    private readonly RecordingJournal log = new();

    [Fact]
    public async Task A_changed_report_is_a_document_with_the_facts_that_changed()
    {
        var outcome = Samples.Outcome("/nowhere", ("tp_btf", Samples.Ok, Samples.Denied, Samples.Ok));
        var before = NodeCapabilityDocument.Report(Samples.Outcome("/nowhere"));
        var change = new ReportChange(outcome, new Publication("uid", 7, time.GetUtcNow().AddMinutes(30), "v1.36.3", "containerd://2.4.2"), "hash-1", before);

        var document = Assert.Single(await Written(journal => journal.Changed(change)));

        Assert.Equal("node-capabilities", Text(document, "event", "action"));
        Assert.Equal("logs-coral.node-default", $"{Text(document, "data_stream", "type")}-{Text(document, "data_stream", "dataset")}-{Text(document, "data_stream", "namespace")}");
        var node = document.GetProperty("coral").GetProperty("node");
        Assert.Equal(("hash-1", 7), (node.GetProperty("report_hash").GetString(), node.GetProperty("generation").GetInt64()));
        Assert.Equal(["tp_btf"], node.GetProperty("changed").EnumerateArray().Select(name => name.GetString()));
        Assert.Same(change, Assert.Single(log.Changes));
    }

    [Fact]
    public async Task All_facts_of_a_first_report_have_changed()
    {
        var change = new ReportChange(Samples.Outcome("/nowhere"), new Publication("uid", 1, time.GetUtcNow(), null, null), "hash-1", null);

        var document = Assert.Single(await Written(journal => journal.Changed(change)));

        Assert.Equal(FactCatalogue.All.Length, document.GetProperty("coral").GetProperty("node").GetProperty("changed").GetArrayLength());
    }

    [Fact]
    public async Task A_mismatch_and_its_end_are_documents_about_the_pod()
    {
        var pod = InjectedPod.Read(PodSamples.Json(PodSamples.Injected("ebpf-minimal")))!;

        var documents = await Written(journal =>
        {
            journal.Found(new Mismatch(pod, "ebpf-minimal", ["tp_btf"], "hash-1"));
            journal.Found(new Mismatch(pod, "ebpf-minimal", [], "hash-2"));
        });

        Assert.Equal(["variant-match", "variant-mismatch"], documents.Select(document => Text(document, "event", "action")));
        var mismatch = documents[1];
        Assert.Equal("variant-mismatch", Text(mismatch, "event", "reason"));
        Assert.Equal("shop", Text(mismatch, "orchestrator", "namespace"));
        Assert.Equal("node-a", Text(mismatch, "host", "name"));
        Assert.Equal("tp_btf", mismatch.GetProperty("coral").GetProperty("mismatch").GetProperty("lacks")[0].GetString());
        Assert.Equal("coral-agent", Text(mismatch, "service", "name"));
        Assert.Equal(2, log.Mismatches.Count);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task<List<JsonElement>> Written(Action<AuditJournal> write)
    {
        var options = new AuditOptions(folder, 1024 * 1024, 1024 * 1024, null, "east");
        await using (var pipeline = new AuditPipeline(options, "node-a", withSamples: false, log, line => Assert.Fail(line), time, NullLogger.Instance)) write(pipeline.Journal);
        var found = new List<JsonElement>();
        await foreach (var record in new LocalSearch(folder).FindAsync(new AuditQuery())) found.Add(record.Document);
        return found;
    }

    private static string? Text(JsonElement document, string part, string name) => document.GetProperty(part).GetProperty(name).GetString();
}
