using System.Text.Json;
using Coral.Audit;
using Coral.Audit.Events;
using Coral.Audit.Events.Kernel;
using Coral.Audit.Search;
using Coral.Audit.Spool;
using Coral.NodeAgent.Collectors.Running;
using Coral.NodeAgent.Collectors.Shipping;
using Coral.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.NodeAgent.Tests.Collectors.Shipping;

/// <summary>What stands in the spool afterwards, read as <c>coral audit search</c> reads it.</summary>
public sealed class SpoolOutputTests : IDisposable
{
    private static readonly AuditOrigin Origin = new() { Service = "coral-agent", Node = "node-a" };

    private readonly string folder = Directory.CreateTempSubdirectory("coral-samples").FullName;
    private readonly FakeTimeProvider time = new();
    private readonly List<string> said = [];

    [Fact]
    public async Task Records_and_an_account_of_each_window_are_documents()
    {
        await using (var spool = Open())
        {
            await using var output = new SpoolOutput(spool, Origin, 64 * 1024, said.Add, time);
            for (var pid = 1; pid <= 3; pid++) output.Take(Record(pid, new Workload { ContainerId = "c1", Pod = pid == 3 ? null : "web" }), null);
            time.Advance(EngineOptions.DefaultWindow);
            output.Flush();
        }

        var documents = await Documents();
        Assert.Equal([1, 2, 3], documents.Where(document => Text(document, "event", "action") == "exec").Select(document => document.GetProperty("process").GetProperty("pid").GetInt32()).Order());
        var accounts = documents.Where(document => Text(document, "event", "action") == "shipping-account").Select(document => document.GetProperty("coral").GetProperty("shipping")).ToList();
        var records = accounts.Where(account => account.GetProperty("class").GetString() == "records").ToList();
        Assert.Equal((3, 3, 1), (records.Sum(account => account.GetProperty("taken").GetInt32()), records.Sum(account => account.GetProperty("written").GetInt32()), records.Sum(account => account.GetProperty("unnamed").GetInt32())));
        Assert.Empty(said);
    }

    [Fact]
    public async Task What_a_slow_disk_makes_give_way_is_told_in_a_document()
    {
        await using (var spool = Open())
        {
            await using var output = new SpoolOutput(spool, Origin, 10 * 600, said.Add, time);
            // Nobody was told that there is something: the queue fills.
            for (var pid = 0; pid < 25; pid++) output.Take(Record(pid, null), null);
        }

        var account = (await Documents()).Select(document => document.GetProperty("coral")).Single(coral => coral.TryGetProperty("shipping", out var shipping) && shipping.GetProperty("class").GetString() == "records").GetProperty("shipping");
        Assert.Equal((25, 15, 10, 0), (account.GetProperty("taken").GetInt32(), account.GetProperty("dropped").GetInt32(), account.GetProperty("written").GetInt32(), account.GetProperty("waiting").GetInt32()));
        Assert.Equal(10, (await Documents()).Count(document => Text(document, "event", "action") == "exec"));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private AuditSpool Open() => AuditSpool.Open(new SpoolOptions { Directory = folder, Class = StreamClass.Samples, MaxBytes = 1024 * 1024 }, time, NullLogger.Instance);

    private async Task<List<JsonElement>> Documents()
    {
        var documents = new List<JsonElement>();
        await foreach (var record in new LocalSearch(folder).FindAsync(new AuditQuery())) documents.Add(record.Document);
        return documents;
    }

    private static string? Text(JsonElement document, string part, string member) => document.GetProperty(part).GetProperty(member).GetString();

    private static ProcessEvent Record(int pid, Workload? workload) =>
        new() { Timestamp = DateTimeOffset.UnixEpoch, Origin = Origin, Action = ProcessAction.Exec, Process = new ProcessInfo { Pid = pid }, Workload = workload };
}
