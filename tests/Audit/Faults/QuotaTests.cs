using System.Text.Json;
using Coral.Audit.Events;
using Coral.Audit.Spool;
using Coral.Audit.Tests.Events;
using Coral.Audit.Tests.Shipping;

namespace Coral.Audit.Tests.Faults;

/// <summary>A spool that is full for hours, by the class of its documents.</summary>
public sealed class QuotaTests
{
    private const int Quota = 64 * 1024;

    [Fact]
    public async Task Case_25_a_full_quota_refuses_audit_and_what_was_refused_is_told_once_there_is_room()
    {
        await using var scene = await ShippingScene.StartAsync(special: options => options with { MaxBytes = Quota });
        var refusal = AppendUntilRefused(scene);
        Assert.Contains("are not shipped", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("--spool-max-bytes", refusal.Message, StringComparison.Ordinal);
        for (var i = 0; i < 9; i++) Assert.Throws<SpoolUnavailableException>(() => scene.Spool.Append(Samples.Decision(0)));
        Assert.InRange(scene.Spool.Bytes, Quota, Quota + 4096);
        Assert.Equal(10, scene.Counts.Refused);

        await scene.DrainAsync();
        Oracle.Check(scene);
        scene.Append(1);
        await Wait.Until(() => Refusals(scene.Folder).Count > 0, "what was refused is told");
        var told = Assert.Single(Refusals(scene.Folder));
        Assert.Equal((10, "max-bytes"), (told.GetProperty("coral").GetProperty("gap").GetProperty("count").GetInt32(), told.GetProperty("event").GetProperty("reason").GetString()));
        Assert.Equal("The audit spool refused 10 documents: max-bytes.", told.GetProperty("message").GetString());
    }

    [Fact]
    public async Task Case_25_shipped_segments_go_before_audit_is_refused()
    {
        await using var scene = await ShippingScene.StartAsync(special: options => options with { MaxBytes = Quota });
        for (var round = 0; round < 20; round++)
        {
            scene.Append(20);
            await scene.DrainAsync();
        }

        Oracle.Check(scene);
        Assert.Equal((0, 0), (scene.Counts.Refused, scene.Counts.Expired));
        Assert.InRange(scene.Spool.Bytes, 1, Quota + (Quota / 8));
    }

    [Fact]
    public async Task Case_25_a_full_quota_drops_the_oldest_samples_that_are_not_on_their_way()
    {
        await using var scene = await SamplesAsync();
        using var shipper = scene.Shipper(options => options with { Requests = 1, BatchDocuments = 10 });
        using var stop = new CancellationTokenSource();
        var answer = new TaskCompletionSource();
        scene.Server.Always = async (context, server, lines) =>
        {
            await answer.Task;
            return false;
        };
        Append(scene, 10);
        var shipping = shipper.RunAsync(stop.Token);
        await Wait.Until(() => scene.Server.Bulks.Begun == 1, "the first batch is on its way");
        Append(scene, 500);
        await Wait.Until(() => scene.Spool.Bytes <= Quota, "the spool has its size");
        Assert.Equal(0, scene.Counts.Refused);
        Assert.True(scene.Counts.Dropped > 100);
        AssertClosed(scene);

        answer.SetResult();
        await Wait.Until(() => scene.Counts.Pending == 0, "the rest is shipped", () => scene.Counts.ToString());
        await stop.CancelAsync();
        await shipping;
        AssertClosed(scene);
        Assert.Equal(scene.Counts.Indexed, scene.Server.Ids.Distinct().Count());
        // Those on their way and the newest are there.
        Assert.Superset(scene.Accepted.Take(10).Concat(scene.Accepted.TakeLast(20)).ToHashSet(), scene.Server.Ids.ToHashSet());
        Assert.Empty(Refusals(scene.Folder));
    }

    [Fact]
    public async Task Case_25_samples_that_go_while_they_are_read_are_counted_once()
    {
        await using var scene = await SamplesAsync();
        using var shipper = scene.Shipper(options => options with { Requests = 2, BatchDocuments = 3 });
        using var stop = new CancellationTokenSource();
        var shipping = shipper.RunAsync(stop.Token);
        for (var round = 0; round < 60; round++)
        {
            Append(scene, 50);
            AssertClosed(scene);
            await Task.Yield();
        }

        await Wait.Until(() => scene.Counts.Pending == 0, "all is settled", () => scene.Counts.ToString());
        await stop.CancelAsync();
        await shipping;
        AssertClosed(scene);
        Assert.Equal(scene.Counts.Indexed, scene.Server.Ids.Count);
        Assert.Equal(scene.Counts.Indexed, scene.Server.Ids.Distinct().Count());
        Assert.True(scene.Counts.Dropped > 0);
    }

    [Fact]
    public async Task Case_25_samples_that_went_in_an_earlier_life_are_counted_when_the_shipper_comes_to_the_gap()
    {
        await using var scene = await SamplesAsync();
        Append(scene, 500);
        await Wait.Until(() => scene.Spool.Bytes <= Quota, "the spool has its size");
        var oldest = scene.Spool.FirstUnshipped;
        await scene.RestartAsync();
        // What went from the front is no longer this life's.
        Assert.Equal(500 - (long)oldest + 1, scene.Counts.Accepted);
        // In the middle: the oldest stays, because it is on its way.
        scene.Spool.ReadTo(oldest, 0);
        Append(scene, 400);
        await Wait.Until(() => scene.Spool.Bytes <= Quota, "the spool has its size again");
        await scene.RestartAsync();
        var pending = scene.Counts.Pending;
        await scene.DrainAsync();
        AssertClosed(scene);
        Assert.Equal((0, 0), (scene.Counts.Corrupt, scene.Counts.Pending));
        Assert.Equal(pending, scene.Counts.Indexed + scene.Counts.Dropped);
        Assert.True(scene.Counts.Dropped > 100);
        Assert.Equal(scene.Counts.Indexed, scene.Server.Ids.Distinct().Count());
    }

    [Fact]
    public async Task A_spool_takes_only_documents_of_its_class()
    {
        using var work = new Workspace();
        await using var audit = work.Open();
        var mistake = Assert.Throws<ArgumentException>(() => audit.Append(Sample));
        Assert.Contains("logs-coral.ebpf-default", mistake.Message, StringComparison.Ordinal);
        await using var scene = await SamplesAsync();
        Assert.Throws<ArgumentException>(() => scene.Spool.Append(Samples.Decision(1)));
        Assert.Equal(0ul, scene.Spool.LastSequence);
    }

    [Fact]
    public async Task Samples_are_not_chained()
    {
        using var work = new Workspace();
        await using (var spool = work.Open(options => options with { Class = StreamClass.Samples })) spool.Append(Sample);
        await using (var spool = work.Open(options => options with { Class = StreamClass.Samples })) spool.Append(Sample);
        var documents = work.Read().ConvertAll(frame => JsonElement.Parse(frame.Document.Span));
        Assert.Equal(2, documents.Count);
        Assert.All(documents, document => Assert.False(document.GetProperty("coral").TryGetProperty("chain", out _)));
    }

    private static AuditEvent Sample { get; } = EventSamples.Of(StreamClass.Samples).First();

    private static async Task<ShippingScene> SamplesAsync()
    {
        var scene = await ShippingScene.StartAsync(special: options => options with { MaxBytes = Quota, Class = StreamClass.Samples });
        scene.Server.StreamName = Sample.Stream.Name;
        return scene;
    }

    private static void Append(ShippingScene scene, int count)
    {
        for (var i = 0; i < count; i++) scene.Accepted.Add(scene.Spool.Append(Sample).Id);
    }

    private static SpoolUnavailableException AppendUntilRefused(ShippingScene scene)
    {
        for (var i = 0; i < 1000; i++)
        {
            try
            {
                scene.Append(1);
            }
            catch (SpoolUnavailableException refusal)
            {
                return refusal;
            }
        }

        throw new InvalidOperationException("never refused");
    }

    private static List<JsonElement> Refusals(string folder) =>
        [.. SpoolReader.Open(folder).Forward().Select(frame => JsonElement.Parse(frame.Document.Span)).Where(document => document.GetProperty("event").GetProperty("action").GetString() == "spool-refused")];

    private static void AssertClosed(ShippingScene scene)
    {
        var counts = scene.Counts;
        Assert.Equal(counts.Accepted, counts.Indexed + counts.Duplicate + counts.DeadLetter + counts.Expired + counts.Dropped + counts.Corrupt + counts.Pending);
    }
}
