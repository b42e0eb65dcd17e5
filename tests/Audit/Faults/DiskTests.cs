using System.Globalization;
using System.Text;
using Coral.Audit.Shipping;
using Coral.Audit.Spool;
using Coral.Audit.Tests.Shipping;
using Coral.Audit.Tests.Spool;
using FsCheck;
using FsCheck.Fluent;
using Xunit.Abstractions;

namespace Coral.Audit.Tests.Faults;

/// <summary>Disks that fail in every way that the operating system tells.</summary>
public sealed class DiskTests(ITestOutputHelper log)
{
    private static readonly int Runs = int.TryParse(Environment.GetEnvironmentVariable("CORAL_DISK_FAULTS"), CultureInfo.InvariantCulture, out var wanted) ? wanted : 150;

    private static readonly int[] Errors = [FaultyDisk.InputOutput, SpoolErrors.DiskFull, SpoolErrors.Quota, SpoolErrors.ReadOnly];

    [Theory]
    [InlineData(DiskCalls.Changes, SpoolErrors.ReadOnly, "read-only")]
    [InlineData(DiskCalls.Write | DiskCalls.Create, SpoolErrors.Quota, "quota is used up")]
    [InlineData(DiskCalls.Write | DiskCalls.Create, SpoolErrors.DiskFull, "the disk is full")]
    [InlineData(DiskCalls.Write, FaultyDisk.InputOutput, "Input/output error")]
    [InlineData(DiskCalls.Sync, FaultyDisk.InputOutput, "Input/output error")]
    [InlineData(DiskCalls.Changes, FaultyDisk.InputOutput, "Input/output error")]
    public async Task Case_19_while_a_disk_fails_documents_are_refused_and_told_and_afterwards_all_accepted_are_delivered(DiskCalls calls, int error, string said)
    {
        var disk = new FaultyDisk();
        await using var scene = await ShippingScene.StartAsync(special: options => options with { Files = disk });
        scene.Append(20);
        disk.Fail(calls, error);
        var refusal = await Assert.ThrowsAsync<SpoolUnavailableException>(async () =>
        {
            // A disk that takes writes fails at the latest with the sync.
            while (true) scene.Accepted.Add((await scene.Spool.AppendAsync(Samples.Decision(21), durable: true)).Id);
        });
        Assert.Contains(said, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(scene.Folder, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(said, Assert.Throws<SpoolUnavailableException>(() => { scene.Spool.Append(Samples.Decision(22)); }).Message, StringComparison.Ordinal);
        Assert.True(scene.Counts.Refused > 0);
        disk.Heal();
        await Wait.Until(() => TryAppend(scene), "the disk is well again");
        // What failed to be synced was written all the same, and then it is there.
        await scene.DrainAsync();
        Assert.Empty(scene.Accepted.Except(scene.Server.Ids));
        Assert.InRange(scene.Server.Ids.Except(scene.Accepted).Count(), 0, 2);
        scene.AssertIdentity();
    }

    [Fact]
    public void Case_19_whatever_fails_and_whenever_nothing_accepted_is_lost_and_no_id_is_given_twice()
    {
        var faults = from calls in Gen.Choose(1, (int)DiskCalls.Changes) from error in Gen.Elements(Errors) select ((DiskCalls)calls, error);
        var steps = from step in Gen.Choose(0, 99) from fault in faults select (step, fault);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(Runs), Prop.ForAll(steps.ListOf(60).ToArbitrary(), run => RunAsync([.. run]).GetAwaiter().GetResult()));
        log.WriteLine($"{Runs} series of 60 steps, with faults of any calls of the disk; every accepted document was there");
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3)]
    public async Task Case_19_a_disk_that_cannot_be_read_holds_shipping_and_loses_nothing(int after)
    {
        var disk = new FaultyDisk();
        await using var scene = await ShippingScene.StartAsync(special: options => options with { Files = disk });
        // One read brings five of them, so that a batch takes several.
        var large = Encoding.UTF8.GetBytes($"\"{new string('x', 50_000)}\"");
        scene.Append(50, number => Samples.Full(number) with { Request = large });
        using var shipper = scene.Shipper(options => options with { BatchDocuments = 20, Requests = 1 });
        using var stop = new CancellationTokenSource();
        disk.Fail(DiskCalls.Read, FaultyDisk.InputOutput, after);
        var running = shipper.RunAsync(stop.Token);
        await Wait.Until(() => shipper.Status.State == ShipperState.Blocked, "the shipper says so", () => $"{shipper.Status}");
        Assert.Equal(BlockReasons.Spool, shipper.Status.Reason);
        Assert.Contains("Input/output error", shipper.Status.Detail, StringComparison.Ordinal);
        disk.Heal();
        await Wait.Until(() => scene.Counts.Indexed == 50, "all are shipped", () => $"{scene.Counts}");
        scene.Append(50);
        await Wait.Until(() => scene.Counts.Indexed == 100, "all are shipped", () => $"{scene.Counts}");
        await stop.CancelAsync();
        await running;
        Oracle.Check(scene);
    }

    [Fact]
    public async Task Case_19_a_ring_makes_room_when_its_quota_of_the_disk_is_used_up()
    {
        using var work = new Workspace();
        var disk = new FailingDisk { DeletingHelps = true };
        await using var spool = work.Open(options => options with { Files = disk, SegmentBytes = 8 * 1024 });
        for (var i = 1; i <= 50; i++) spool.Append(Samples.Decision(i));
        disk.OnWrite = new IOException("Disk quota exceeded", SpoolErrors.Quota);
        Assert.Equal(51ul, spool.Append(Samples.Decision(51)).Sequence);
        Assert.True(work.Read()[0].Sequence > 1);
    }

    /// <summary>Appends, acknowledgements, hours, faults of some calls and restarts in any order.</summary>
    private static async Task RunAsync((int Step, (DiskCalls Calls, int Error) Fault)[] steps)
    {
        using var work = new Workspace();
        var disk = new FaultyDisk();
        var accepted = new List<AuditReceipt>();
        AuditSpool? spool = null;
        var number = 0;
        ulong shipped = 0;
        foreach (var (step, fault) in steps)
        {
            try
            {
                spool ??= work.Open(options => options with { Files = disk, HasShipper = true, SegmentBytes = 4096, Keep = TimeSpan.FromDays(365) });
                if (step < 40) accepted.Add(spool.Append(Samples.Decision(++number)));
                else if (step < 60) accepted.Add(await spool.AppendAsync(Samples.Decision(++number), durable: true));
                else if (step < 65) spool.Acknowledge(shipped = spool.LastSequence);
                else if (step < 75) work.Clock.Advance(TimeSpan.FromHours(step - 60));
                else if (step < 85) disk.Fail(fault.Calls, fault.Error);
                else if (step < 95) disk.Heal();
                else await EndAsync();
            }
            catch (Exception error) when (error is SpoolUnavailableException || (error is IOException && step is >= 60 and < 65))
            {
                // Refused, which the caller sees. Time goes by until it is tried again.
                work.Clock.Advance(TimeSpan.FromSeconds(1));
            }
        }

        disk.Heal();
        await EndAsync();
        await using (var last = work.Open(options => options with { HasShipper = true, Keep = TimeSpan.FromDays(365) })) await last.AppendAsync(Samples.Decision(++number), durable: true);
        var found = work.Read();
        Assert.Equal(found.Count, found.Select(frame => frame.Id).Distinct().Count());
        Assert.Equal(found.Count, found.Select(frame => frame.Sequence).Distinct().Count());
        // What is shipped may go to make room.
        Assert.Empty(accepted.Where(receipt => receipt.Sequence > shipped).Select(receipt => receipt.Id).Except(found.Select(frame => frame.Id)));
        Assert.Equal(accepted.Count, accepted.Select(receipt => receipt.Id).Distinct().Count());

        async Task EndAsync()
        {
            if (spool is null) return;
            await spool.DisposeAsync();
            spool = null;
        }
    }

    private static bool TryAppend(ShippingScene scene)
    {
        try
        {
            scene.Append(1);
            return true;
        }
        catch (SpoolUnavailableException)
        {
            return false;
        }
    }
}
