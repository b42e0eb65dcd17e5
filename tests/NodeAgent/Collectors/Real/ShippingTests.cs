using Coral.Audit;
using Coral.Audit.Events;
using Coral.Audit.Spool;
using Coral.NodeAgent.Collectors.Running;
using Coral.NodeAgent.Collectors.Shipping;
using Coral.NodeAgent.Collectors.Workloads;
using Coral.NodeAgent.Tests.Collectors.Workloads;
using Coral.Testing.Kit;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.NodeAgent.Tests.Collectors.Real;

/// <summary>From the kernel to the spool on the disk, with names that come late.</summary>
[Collection(CollectorTools.OneByOne)]
public sealed class ShippingTests : IDisposable
{
    private const string Id = "5f1c0d2e4f1c0d2e4f1c0d2e4f1c0d2e4f1c0d2e4f1c0d2e4f1c0d2e4f1c0d2e";
    private const string Uid = "1f0c1b2a-3d4e-5f60-7182-93a4b5c6d7e8";

    private readonly string folder = Directory.CreateTempSubdirectory("coral-samples").FullName;

    [CollectorFact]
    public async Task Documents_of_a_container_are_in_the_spool_with_its_pod_though_that_became_known_later()
    {
        using var group = new TestGroup($"/kubepods-coral-test/burstable/pod{Uid}/{Id}");
        var directory = new WorkloadDirectory(TimeProvider.System);
        directory.Update([]);
        await using (var spool = AuditSpool.Open(new SpoolOptions { Directory = folder, Class = StreamClass.Samples }, TimeProvider.System, NullLogger.Instance))
        {
            var options = new EngineOptions { Collectors = ["exec", "syscall_stats"], Rate = 0, Origin = new AuditOrigin { Service = "coral-agent", Node = "node-a" }, Workloads = directory, Window = TimeSpan.FromMilliseconds(500) };
            await using var shipped = new ShippedCollectors(options, spool, [], _ => { }, TimeProvider.System);
            using var stop = new CancellationTokenSource();
            var running = shipped.RunAsync(stop.Token);
            await Eventually.Async(() => Task.FromResult(shipped.Collectors.All(status => status.Account is not null)), TimeSpan.FromSeconds(30), "the first window is over");
            await group.Run("/bin/sh", "-c", "i=0; while [ $i -lt 100 ]; do /bin/true; i=$((i+1)); done");
            await Eventually.Async(() => Task.FromResult(shipped.Names!.Waiting >= 300), TimeSpan.FromSeconds(30), "forks, execs and exits wait for their names");
            directory.Update([Pods.Pod(Uid, Id)]);
            await stop.CancelAsync();
            Assert.Equal(CollectorEngine.Done, await running);
            Assert.Equal(0, shipped.Names!.Waiting);
        }

        var documents = (await SpooledDocuments.InAsync(folder)).FindAll(document => document.Text("container", "id") == Id);
        var execs = documents.Where(document => document.Text("event", "action") == "exec").ToList();
        Assert.Equal((101, "logs"), (execs.Count, execs[0].Text("data_stream", "type")));
        Assert.All(documents, document => Assert.Equal(("shop", $"web-6d5f7c9b4-{Uid}", "app", "deployment", "web", "registry.test/web:1.4"), (
            document.Text("kubernetes", "namespace"), document.Text("kubernetes", "pod", "name"), document.Text("kubernetes", "container", "name"),
            document.Text("kubernetes", "workload", "kind"), document.Text("kubernetes", "workload", "name"), document.Text("container", "image", "name"))));
        var forks = documents.Where(document => document.Text("event", "action") == "syscall-sums" && document.GetProperty("coral").GetProperty("syscall").GetProperty("name").GetString() is "clone" or "vfork" or "clone3").ToList();
        Assert.Equal(("metrics", 100), (forks[0].Text("data_stream", "type"), forks.Sum(document => document.GetProperty("coral").GetProperty("syscall").GetProperty("calls").GetInt32())));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
