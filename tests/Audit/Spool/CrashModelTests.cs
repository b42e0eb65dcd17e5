using System.Globalization;
using System.Text;
using Coral.Audit.Spool;
using FsCheck;
using FsCheck.Fluent;

namespace Coral.Audit.Tests.Spool;

/// <summary>Random lives of a spool on a disk that loses power at any of its operations, or whose process is killed; what was promised must be there in the next life.</summary>
public sealed class CrashModelTests
{
    private enum Do
    {
        Append,
        AppendDurable,
        Acknowledge,
        FailSync,
        LetTimePass,
    }

    [Fact]
    public void Case_18_whatever_a_power_loss_leaves_all_that_was_synced_is_recovered_and_no_id_is_given_twice()
    {
        var lives = Gen.Choose(0, 99).Select(Step).ListOf().Select(steps => steps.ToArray()).NonEmptyListOf().Select(all => all.ToArray());
        var cases = from life in lives from seed in Gen.Choose(0, int.MaxValue) select (life, seed);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Runs).WithEndSize(12), Prop.ForAll(cases.ToArbitrary(), run =>
        {
            using var scene = new Scene(new Random(run.seed));
            foreach (var life in run.life) scene.LiveAsync(life).GetAwaiter().GetResult();
            scene.LiveAsync([]).GetAwaiter().GetResult();
        }));
    }

    private static int Runs => int.TryParse(Environment.GetEnvironmentVariable("CORAL_CRASH_MODELS"), CultureInfo.InvariantCulture, out var wanted) ? wanted : 400;

    /// <summary>
    /// Syncs that fail as well are not promised yet: a process that is killed while its disk is broken leaves pages that the kernel has given up, and the next one takes its own sync of them for good
    /// (docs/reference/faults.md).
    /// </summary>
    private static bool FailsSyncs => Environment.GetEnvironmentVariable("CORAL_CRASH_FAILING_SYNCS") is not null;

    private static Do Step(int roll) => roll switch
    {
        < 45 => Do.Append,
        < 75 => Do.AppendDurable,
        < 85 => Do.Acknowledge,
        < 93 => FailsSyncs ? Do.FailSync : Do.AppendDurable,
        _ => Do.LetTimePass,
    };

    /// <summary>What was promised so far.</summary>
    private readonly record struct Promise(ulong Synced, ulong Shipped, int Given);

    private sealed class Scene(Random random) : IDisposable
    {
        private readonly List<Workspace> folders = [new()];
        private readonly List<(string Id, string Name)> given = [];
        private readonly Dictionary<ulong, string> promised = [];
        private CrashDisk disk = new();
        private Promise promise;
        private ulong asked;
        private int number;

        public async Task LiveAsync(Do[] steps)
        {
            (Dictionary<string, byte[]> Files, Promise Promise)? loss = null;
            var mayShip = promise.Shipped;
            var until = random.Next(60);
            var here = disk;
            here.Changed = () =>
            {
                if (until-- == 0) loss = (here.LosePower(random), promise);
            };
            var work = folders[^1];
            var life = new CrashDisk.Life(here);
            await using (var spool = work.Open(options => options with { Files = life, HasShipper = true, SegmentBytes = 4096, Keep = TimeSpan.FromMinutes(30), NewWriter = (ulong)random.NextInt64() }))
            {
                Verify(work, spool, mayShip);
                foreach (var step in steps) await TakeAsync(step, spool, life, work);
                life.Kill();
            }

            here.Changed = null;
            // The process alone was killed: what it wrote is there, synced or not.
            if (random.Next(3) == 0) return;
            var (files, kept) = loss ?? (here.LosePower(random), promise);
            // What this life did after that moment never was.
            promise = kept;
            given.RemoveRange(kept.Given, given.Count - kept.Given);
            foreach (var lost in promised.Keys.Where(sequence => sequence > kept.Synced).ToList()) promised.Remove(lost);
            var next = new Workspace();
            folders.Add(next);
            disk = CrashDisk.Of(files, next.Spool);
        }

        public void Dispose() => folders.ForEach(folder => folder.Dispose());

        private async Task TakeAsync(Do step, AuditSpool spool, CrashDisk.Life life, Workspace work)
        {
            try
            {
                switch (step)
                {
                    case Do.Append:
                        Remember(spool.Append(Samples.Decision(++number)));
                        break;
                    case Do.AppendDurable:
                        Remember(await spool.AppendAsync(Samples.Decision(++number), durable: true));
                        Assert.True(spool.SyncedSequence >= spool.LastSequence);
                        break;
                    case Do.Acknowledge:
                        asked = (ulong)random.NextInt64((long)spool.ShippedSequence, (long)spool.LastSequence + 1);
                        spool.Acknowledge(asked);
                        break;
                    case Do.FailSync:
                        life.FailingSyncs = random.Next(1, 4);
                        break;
                    default:
                        work.Clock.Advance(TimeSpan.FromMinutes(random.Next(60)));
                        break;
                }
            }
            catch (Exception error) when (error is SpoolUnavailableException or IOException)
            {
                // Nothing was promised. Until the disk works again, which the spool tries each second.
                work.Clock.Advance(TimeSpan.FromSeconds(1));
            }

            promise = new Promise(spool.SyncedSequence, spool.ShippedSequence, given.Count);
        }

        private void Remember(AuditReceipt receipt)
        {
            Assert.DoesNotContain(receipt.Id, given.Select(document => document.Id));
            given.Add((receipt.Id, $"\"name\":\"web-{number}\""));
            promised[receipt.Sequence] = receipt.Id;
        }

        private void Verify(Workspace work, AuditSpool spool, ulong mayShip)
        {
            Assert.InRange(spool.ShippedSequence, promise.Shipped, Math.Max(mayShip, asked));
            Dictionary<ulong, string> found = [];
            using var shipping = new SpoolCursor(work.Spool, spool.FirstUnshipped - 1);
            while (shipping.TryRead(out var frame))
            {
                found.Add(frame.Sequence, frame.Id);
                foreach (var (_, name) in given.Where(document => document.Id == frame.Id)) Assert.Contains(name, Encoding.UTF8.GetString(frame.Document.Span), StringComparison.Ordinal);
            }

            var missing = promised.Where(document => document.Key <= promise.Synced && document.Key > spool.ShippedSequence && found.GetValueOrDefault(document.Key) != document.Value).Select(document => document.Key);
            Assert.Empty(missing.Order());
            Assert.True(spool.LastSequence >= found.Keys.DefaultIfEmpty().Max(), "the next document's number is taken");
        }
    }
}
