using System.Text;
using Coral.Audit.Chain;
using Coral.Audit.Chain.Checkpoints;
using Coral.Audit.Spool;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Audit.Tests.Chain.Checkpoints;

/// <summary>A spool with a process that signs, key and second place included.</summary>
internal sealed class SealedSpool(ulong writer = Workspace.Writer) : IDisposable
{
    public Workspace Work { get; } = new() { NewWriter = writer };

    /// <summary>The keys that the next checkpoint is signed by.</summary>
    public AuditKeys Keys { get; set; } = AuditKeys.Create();

    /// <summary>What the signing process takes for the time; null for the clock of <see cref="Work"/>.</summary>
    public TimeProvider? Wall { get; set; }

    public string PlaceFolder => Path.Combine(Work.Spool, "place");

    public ImmutableArrayOfKeys Held => new([Keys.Current.Public]);

    public SecondPlace Place => CheckpointFolder.Read(PlaceFolder);

    public List<(string Id, byte[] Document)> Documents => ChainTests.Copy(Work);

    /// <summary>The checkpoints in the spool with the numbers of their documents.</summary>
    public List<(ulong At, SignedCheckpoint Checkpoint)> Checkpoints =>
        [.. Work.Read().Where(frame => CheckpointEvent.IsIn(frame.Document, out _)).Select(frame => (frame.Sequence, CheckpointEvent.IsIn(frame.Document, out var found) ? found! : null!))];

    /// <summary>Runs one life of the process while <paramref name="during"/> lasts.</summary>
    public async Task LiveAsync(Func<Life, Task> during, Func<CheckpointOptions, CheckpointOptions>? change = null, Func<SpoolOptions, SpoolOptions>? spoolChange = null, ILogger? logger = null)
    {
        await using var spool = Work.Open(spoolChange);
        var options = new CheckpointOptions { Places = [new CheckpointFolder(PlaceFolder)] };
        var checkpointer = new AuditCheckpointer(spool, Samples.Origin, () => new(Keys), change is null ? options : change(options), Wall ?? Work.Clock, logger ?? NullLogger.Instance);
        using var stop = new CancellationTokenSource();
        var running = checkpointer.RunAsync(stop.Token);
        var life = new Life(this, spool, checkpointer);
        await life.WrittenAsync(1);
        await during(life);
        await stop.CancelAsync();
        await running;
    }

    /// <summary>A life of three minutes: so many documents in each, and a checkpoint after.</summary>
    public Task LiveAsync(int documents) => LiveAsync(async life =>
    {
        for (var minute = 0; minute < 3; minute++)
        {
            life.Append(documents);
            await life.PassAsync(TimeSpan.FromSeconds(60));
        }
    });

    public ChainReport Check(IEnumerable<(string Id, byte[] Document)> documents, bool withKey = true, bool withPlace = false, SecondPlace? place = null)
    {
        var check = new ChainCheck { Keys = withKey ? Held.Keys : [], Place = place ?? (withPlace ? Place : null), Now = Work.Clock.GetUtcNow() };
        using var verifier = new ChainVerifier(check);
        foreach (var (id, document) in documents.OrderBy(document => document.Id, StringComparer.Ordinal)) verifier.Add(id, document);
        return verifier.Report;
    }

    public void Dispose() => Work.Dispose();

    internal readonly record struct ImmutableArrayOfKeys(System.Collections.Immutable.ImmutableArray<AuditPublicKey> Keys);

    /// <summary>One life of the process.</summary>
    internal sealed class Life(SealedSpool scene, AuditSpool spool, AuditCheckpointer checkpointer)
    {
        private int number;

        public AuditSpool Spool => spool;

        public CheckpointCounts Counts => checkpointer.Counts;

        public void Append(int count)
        {
            for (var i = 0; i < count; i++) spool.Append(Samples.Decision(++number, scene.Work.Clock.GetUtcNow()));
        }

        /// <summary>Time goes by, and the checkpoint that is due then is written.</summary>
        public async Task PassAsync(TimeSpan time)
        {
            var before = Counts.Written;
            await WaitsAsync();
            scene.Work.Clock.Advance(time);
            await WrittenAsync(before + 1);
        }

        public Task WrittenAsync(long count) => Wait.Until(() => Counts.Written >= count, $"{count} checkpoints are written", () => Counts.ToString());

        /// <summary>Until the process waits for the next one: the spool's two timers and its own.</summary>
        public Task WaitsAsync() => Wait.Until(() => checkpointer.IsWaiting, "the process waits");
    }
}
