using Coral.Audit.Events;
using Coral.Audit.Events.Kernel;
using Coral.NodeAgent.Collectors.Groups;
using Coral.NodeAgent.Collectors.Running;
using Coral.Testing.Kit;

namespace Coral.NodeAgent.Tests.Collectors.Real;

/// <summary>What happens while the agent can't keep up, on the kernel that the tests run on.</summary>
[Collection(CollectorTools.OneByOne)]
public sealed class PressureTests
{
    private static readonly AuditOrigin Origin = new() { Service = "coral-agent", Node = "node-a" };

    [CollectorFact]
    public async Task While_the_agent_can_t_keep_up_fewer_records_are_sent_all_of_it_is_told_and_the_books_close()
    {
        using var group = new TestGroup();
        var id = group.Id;
        var recording = new RecordingOutput();
        using var slow = new SlowOutput(recording);
        using var stop = new CancellationTokenSource();
        var said = new List<string>();
        var engine = new CollectorEngine(new EngineOptions { Collectors = ["exec"], Rate = 0, Origin = Origin }, [slow], said.Add, TimeProvider.System);
        var running = engine.RunAsync(stop.Token);
        await Eventually.Async(() => Task.FromResult(recording.Flushes > 0), TimeSpan.FromSeconds(30), "it looks");

        // The reader stands; long arguments fill the ring with a few hundred of them.
        slow.Hold();
        var arguments = new string('x', 3900);
        await group.Run("/bin/sh", "-c", $"i=0; while [ $i -lt 400 ]; do /bin/true {arguments}; i=$((i+1)); done");
        slow.Go();
        await Eventually.Async(() => Task.FromResult(engine.Collectors[0].Pressure >= PressureStep.Sampling), TimeSpan.FromSeconds(30), "the ring is full, and that is seen");
        await group.Run("/bin/sh", "-c", "i=0; while [ $i -lt 300 ]; do /bin/true; i=$((i+1)); done");
        await stop.CancelAsync();
        Assert.Equal(CollectorEngine.Done, await running);

        var books = engine.Collectors[0].Account!.Groups[id];
        Assert.Equal(books.Seen, books.Accounted);
        // A tenth of 900 and more: all but impossible to be outside.
        Assert.InRange(books.Sampled, 600UL, 903UL);
        Assert.True(books.LostRing > 0);
        Assert.Equal(books.Emitted, (ulong)recording.Of<ProcessEvent>(group.Path).Count());
        var account = recording.Of<CollectorAccountEvent>(group.Path).ToList();
        Assert.Equal((long)books.Sampled, account.Sum(window => window.Sampled));
        var told = recording.Of<CollectorPressureEvent>(null).First();
        Assert.Equal(("exec", "sampling", 10L), (told.Name, told.Step, told.OneOf));
        Assert.InRange(told.FullPercent, 91, 100);
        Assert.Contains($"exec: its ring is full to {told.FullPercent} %: sampling, one record of 10 is sent", said);
        Assert.Contains(said, line => line.Contains($"{engine.Collectors[0].Account!.Total.Sampled} left out under pressure", StringComparison.Ordinal));
    }

    [CollectorFact]
    public async Task A_group_that_sends_more_than_its_rate_is_told()
    {
        using var group = new TestGroup();
        var recording = new RecordingOutput();
        using var stop = new CancellationTokenSource();
        var engine = new CollectorEngine(new EngineOptions { Collectors = ["exec"], Rate = 10, Window = TimeSpan.FromMilliseconds(200), Origin = Origin }, [recording], _ => { }, TimeProvider.System);
        var running = engine.RunAsync(stop.Token);
        await Eventually.Async(() => Task.FromResult(recording.Flushes > 0), TimeSpan.FromSeconds(30), "it looks");
        var most = 0;
        using var busy = group.Start("/bin/sh", "-c", "while :; do /bin/true; done");
        await Eventually.Async(() => Task.FromResult((most = Math.Max(most, engine.Collectors[0].Throttled)) > 0), TimeSpan.FromSeconds(30), "it is throttled");
        busy.Kill();
        await stop.CancelAsync();
        await running;

        Assert.Contains(recording.Of<CollectorAccountEvent>(group.Path), window => window.LostRate > 0);
    }

    /// <summary>Holds up the engine's thread.</summary>
    private sealed class SlowOutput(RecordingOutput output) : ICollectorOutput, IDisposable
    {
        private readonly ManualResetEventSlim gate = new(true);

        internal void Hold() => gate.Reset();

        internal void Go() => gate.Set();

        public void Take(AuditEvent e, ControlGroup? group) => output.Take(e, group);

        public void Flush()
        {
            output.Flush();
            gate.Wait();
        }

        public void Dispose() => gate.Dispose();
    }
}
