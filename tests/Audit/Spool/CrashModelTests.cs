using System.Globalization;
using System.Text;
using Coral.Audit.Spool;
using FsCheck;
using FsCheck.Fluent;
using Xunit.Abstractions;

namespace Coral.Audit.Tests.Spool;

/// <summary>
/// Random lives of a spool on a disk that loses power and whose syncs fail. Each ends in peace or is killed at any operation; then the power goes, at any earlier operation of that life, or it does not. What was
/// promised must be there in the next life.
/// </summary>
public sealed class CrashModelTests(ITestOutputHelper log)
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
        var counts = new Tally();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Runs).WithEndSize(12), Prop.ForAll(cases.ToArbitrary(), run =>
        {
            using var scene = new Scene(new Random(run.seed), counts);
            foreach (var life in run.life) scene.LiveAsync(life).GetAwaiter().GetResult();
            scene.LiveAsync([]).GetAwaiter().GetResult();
        }));
        log.WriteLine($"{Runs} series, {counts.Lives} lives: {counts.Kills} kills, {counts.PowerLosses} power losses, {counts.FailedSyncs} with syncs that fail; every promised document was there");
    }

    private static int Runs => int.TryParse(Environment.GetEnvironmentVariable("CORAL_CRASH_MODELS"), CultureInfo.InvariantCulture, out var wanted) ? wanted : 400;

    private static Do Step(int roll) => roll switch
    {
        < 45 => Do.Append,
        < 75 => Do.AppendDurable,
        < 85 => Do.Acknowledge,
        < 93 => Do.FailSync,
        _ => Do.LetTimePass,
    };

    /// <summary>What was promised so far.</summary>
    private readonly record struct Promise(ulong Synced, ulong Shipped, int Given);

    private sealed class Tally
    {
        public int Lives;
        public int Kills;
        public int PowerLosses;
        public int FailedSyncs;
    }

    private sealed class Scene(Random random, Tally tally) : IDisposable
    {
        private readonly List<Workspace> folders = [];
        private readonly List<(string Id, string Name)> given = [];
        private readonly Dictionary<ulong, string> promised = [];
        private CrashDisk disk = null!;
        private Promise promise;
        private ulong asked;
        private int number;

        private string Folder => Path.Combine(folders[^1].Spool, "spool");

        public async Task LiveAsync(Do[] steps)
        {
            if (folders.Count == 0) Begin(null);
            tally.Lives++;
            (Dictionary<string, byte[]>? Files, Promise Promise)? loss = null;
            var life = new CrashDisk.Life(disk) { FailingSyncs = random.Next(8) == 0 ? random.Next(1, 3) : 0 };
            var (powerLoss, kill) = (random.Next(60), random.Next(2) == 0 ? random.Next(60) : int.MaxValue);
            disk.Changed = () =>
            {
                if (powerLoss-- == 0) loss = (disk.LosePower(random), promise);
                if (kill-- == 0) life.Kill();
            };
            if (life.FailingSyncs > 0 || steps.Contains(Do.FailSync)) tally.FailedSyncs++;
            await LiveAsync(life, steps);
            disk.Changed = null;
            if (life.IsKilled) tally.Kills++;
            // Without a power loss what the process wrote is there, synced or not.
            if (random.Next(3) == 0) return;
            tally.PowerLosses++;
            var (files, kept) = loss ?? (disk.LosePower(random), promise);
            // What this life did after that moment never was.
            promise = kept;
            given.RemoveRange(kept.Given, given.Count - kept.Given);
            foreach (var lost in promised.Keys.Where(sequence => sequence > kept.Synced).ToList()) promised.Remove(lost);
            Begin(files);
        }

        public void Dispose() => folders.ForEach(folder => folder.Dispose());

        private void Begin(Dictionary<string, byte[]>? files)
        {
            folders.Add(new Workspace());
            disk = CrashDisk.Of(files, Folder);
        }

        private async Task LiveAsync(CrashDisk.Life life, Do[] steps)
        {
            var work = folders[^1];
            var mayShip = promise.Shipped;
            AuditSpool spool;
            try
            {
                spool = work.Open(options => options with { Directory = Folder, Files = life, HasShipper = true, SegmentBytes = 4096, Keep = TimeSpan.FromMinutes(30), NewWriter = (ulong)random.NextInt64() });
            }
            catch (SpoolUnavailableException)
            {
                return;
            }

            Verify(spool, mayShip);
            Note();
            foreach (var step in steps) await TakeAsync(step, spool, life, work);
            if (random.Next(3) > 0) life.Kill();
            await spool.DisposeAsync();
            Note();

            void Note() => promise = new Promise(spool.SyncedSequence, spool.ShippedSequence, given.Count);
        }

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
                        var shipped = (ulong)random.NextInt64((long)spool.ShippedSequence, (long)spool.LastSequence + 1);
                        asked = Math.Max(asked, shipped);
                        spool.Acknowledge(shipped);
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

        private void Verify(AuditSpool spool, ulong mayShip)
        {
            Assert.InRange(spool.ShippedSequence, promise.Shipped, Math.Max(mayShip, asked));
            Dictionary<ulong, string> found = [];
            using var shipping = new SpoolCursor(Folder, spool.FirstUnshipped - 1);
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
