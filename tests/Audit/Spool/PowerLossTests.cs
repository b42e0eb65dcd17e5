using Coral.Audit.Spool;

namespace Coral.Audit.Tests.Spool;

/// <summary>The rarest findings of <see cref="CrashModelTests"/>, each made certain: a fault, a kill, a new life, and then all goes that is not on the disk for sure.</summary>
public sealed class PowerLossTests
{
    [Fact]
    public async Task What_a_failed_sync_left_in_memory_is_on_the_disk_once_the_next_life_has_begun()
    {
        using var scene = new Scene();
        await scene.KilledAfterAsync(async (spool, life) =>
        {
            await spool.AppendAsync(Samples.Decision(1), durable: true);
            life.FailingSyncs = int.MaxValue;
            await Assert.ThrowsAsync<SpoolUnavailableException>(async () => await spool.AppendAsync(Samples.Decision(2), durable: true));
        });
        ulong synced = 0;
        await scene.KilledAfterAsync((spool, _) => Task.FromResult(synced = spool.SyncedSequence));
        scene.LosePower();
        Assert.Equal(2ul, synced);
        Assert.Equal([1ul, 2], scene.Read());
    }

    [Fact]
    public async Task What_a_failed_sync_of_the_checkpoint_left_in_memory_is_on_the_disk_once_the_next_life_has_begun()
    {
        using var scene = new Scene();
        await scene.KilledAfterAsync(async (spool, life) =>
        {
            await spool.AppendAsync(Samples.Decision(1), durable: true);
            life.FailingSyncs = int.MaxValue;
            Assert.Throws<IOException>(() => spool.Acknowledge(1));
        });
        var shipped = new List<ulong>();
        await scene.KilledAfterAsync((spool, _) => Task.Run(() => shipped.Add(spool.ShippedSequence)));
        scene.LosePower();
        await scene.KilledAfterAsync((spool, _) => Task.Run(() => shipped.Add(spool.ShippedSequence)));
        Assert.Equal([1ul, 1], shipped);
    }

    [Fact]
    public async Task A_folder_that_was_made_by_a_process_that_was_killed_at_once_is_there_after_a_power_loss()
    {
        using var scene = new Scene();
        await scene.KilledAfterAsync((_, _) => throw new InvalidOperationException("it was not opened"), killAt: 0);
        await scene.KilledAfterAsync(async (spool, _) => await spool.AppendAsync(Samples.Decision(1), durable: true));
        scene.LosePower();
        Assert.Equal([1ul], scene.Read());
    }

    [Fact]
    public async Task What_was_rescued_counts_and_not_what_a_power_loss_left_of_the_file_before_it()
    {
        using var work = new Workspace();
        var disk = new FailingDisk();
        await using (var spool = work.Open(options => options with { Files = disk }))
        {
            await spool.AppendAsync(Samples.Decision(1), durable: true);
            disk.FailingSyncs = 1;
            spool.Append(Samples.Decision(2));
            await spool.AppendAsync(Samples.Decision(3), durable: true);
        }

        // Of the old file the third frame reached the disk and the second did not.
        var old = work.Segments[0];
        var bytes = File.ReadAllBytes(old);
        var (offset, length) = SegmentScan.Of(bytes).Frames[1];
        bytes.AsSpan(offset, length).Clear();
        File.WriteAllBytes(old, bytes);
        await using var again = work.Open();
        Assert.Equal([1ul, 2, 3], work.Read().Select(frame => frame.Sequence));
    }

    [Fact]
    public async Task After_an_end_in_peace_nothing_is_written_anew_and_after_a_kill_the_last_segment()
    {
        using var work = new Workspace();
        using var killed = new Workspace();
        await using (var spool = work.Open(options => options with { SegmentBytes = 8 * 1024 }))
        {
            for (var i = 1; i <= 50; i++) await spool.AppendAsync(Samples.Decision(i), durable: true);
            foreach (var path in Directory.EnumerateFiles(work.Spool).Where(path => Path.GetFileName(path) != "lock")) File.Copy(path, Path.Combine(killed.Spool, Path.GetFileName(path)));
        }

        Assert.True(work.Segments.Length > 3);
        var last = Path.GetFileName(work.Segments[^1]);
        Assert.Empty(await WrittenAnewAsync(work));
        Assert.Equal([last + ".new"], await WrittenAnewAsync(killed));
        Assert.Equal(50, killed.Read().Count);
    }

    private static async Task<List<string>> WrittenAnewAsync(Workspace work)
    {
        var disk = new WatchedDisk();
        await using var spool = work.Open(options => options with { Files = disk });
        return [.. disk.Created.Where(name => name.EndsWith(".seg.new", StringComparison.Ordinal))];
    }

    private sealed class Scene : IDisposable
    {
        private readonly List<Workspace> folders = [new()];
        private CrashDisk disk;

        public Scene() => disk = CrashDisk.Of(null, Folder);

        private string Folder => Path.Combine(folders[^1].Spool, "spool");

        public async Task KilledAfterAsync(Func<AuditSpool, CrashDisk.Life, Task> live, int killAt = int.MaxValue)
        {
            var life = new CrashDisk.Life(disk);
            disk.Changed = () =>
            {
                if (killAt-- == 0) life.Kill();
            };
            try
            {
                await using var spool = folders[^1].Open(options => options with { Directory = Folder, Files = life, HasShipper = true });
                await live(spool, life);
                life.Kill();
            }
            catch (SpoolUnavailableException) when (killAt < 0)
            {
                // Killed while it opened.
            }
        }

        public void LosePower()
        {
            var left = disk.LosePower(new Worst());
            folders.Add(new Workspace());
            disk = CrashDisk.Of(left, Folder);
        }

        public IEnumerable<ulong> Read() => SpoolReader.Open(Folder).Forward().Select(frame => frame.Sequence);

        public void Dispose() => folders.ForEach(folder => folder.Dispose());
    }

    /// <summary>Nothing that may be lost stays.</summary>
    private sealed class Worst : Random
    {
        public override int Next(int maxValue) => 0;
    }
}
