using Coral.Audit.Shipping;
using Coral.Audit.Spool;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Audit.Tests.Shipping;

public sealed class DeadLetterTests
{
    [Fact]
    public async Task A_refused_document_stands_in_the_list_with_its_reason_its_times_and_its_size()
    {
        await using var scene = await ShippingScene.StartAsync();
        var ids = scene.Append(5);
        Refuse(scene, ids[1], ids[3]);
        await scene.DrainAsync();

        var letters = DeadLetters.List(scene.Folder).ToList();
        Assert.Equal([ids[1], ids[3]], letters.Select(letter => letter.Id));
        Assert.All(letters, letter =>
        {
            Assert.Equal(("logs-coral.audit-default", new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero)), (letter.Stream, letter.Happened));
            Assert.Contains("document_parsing_exception", letter.Reason);
            Assert.InRange(letter.Refused!.Value, TimeProvider.System.GetUtcNow().AddMinutes(-5), TimeProvider.System.GetUtcNow());
            Assert.Equal(SpoolReader.Open(scene.Folder).Forward().First(frame => frame.Id == letter.Id).Document.Length, letter.Bytes);
        });
    }

    [Fact]
    public async Task A_replay_takes_out_what_the_server_has_then_and_nothing_else()
    {
        await using var scene = await ShippingScene.StartAsync();
        var ids = scene.Append(40);
        Refuse(scene, [.. ids[10..20]]);
        await scene.DrainAsync();
        Assert.Equal(ids[10..20], scene.DeadLetters.Select(frame => frame.Id));
        var before = scene.DeadLetters.ToDictionary(frame => frame.Id, frame => frame.Document.ToArray());

        Refuse(scene, ids[12], ids[17]);
        var counts = await ReplayAsync(scene);
        Assert.Equal(new ReplayCounts(10, 8, 0, 2, 0, ""), counts);
        Assert.Equal([ids[12], ids[17]], scene.DeadLetters.Select(frame => frame.Id));
        Assert.All(scene.DeadLetters, frame => Assert.Equal(before[frame.Id], frame.Document.ToArray()));
        Assert.Equal([ids[12], ids[17]], DeadLetters.List(scene.Folder).Where(letter => letter.Reason is not null).Select(letter => letter.Id));

        scene.Server.OnDocument = null;
        Assert.Equal(new ReplayCounts(2, 2, 0, 0, 0, ""), await ReplayAsync(scene));
        Assert.Empty(scene.DeadLetters);
        Assert.Equal(["lock"], Directory.EnumerateFiles(Path.Combine(scene.Folder, "deadletter")).Select(Path.GetFileName));
        Assert.Equal(ids.Order(StringComparer.Ordinal), scene.Server.Ids.Order(StringComparer.Ordinal));
        Assert.Equal(new ReplayCounts(0, 0, 0, 0, 0, ""), await ReplayAsync(scene));
    }

    [Fact]
    public async Task What_an_earlier_replay_had_sent_before_it_ended_is_not_stored_twice_over_a_rollover()
    {
        await using var scene = await ShippingScene.StartAsync();
        var ids = scene.Append(10);
        Refuse(scene, ids[4], ids[5]);
        await scene.DrainAsync();
        scene.Server.OnDocument = null;
        var kept = Directory.EnumerateFiles(Path.Combine(scene.Folder, "deadletter"), "*.seg").ToDictionary(path => path, File.ReadAllBytes);
        Assert.Equal(2, (await ReplayAsync(scene)).Indexed);

        // It ended before it could take them out, and the stream was rolled over since.
        foreach (var (path, bytes) in kept) await File.WriteAllBytesAsync(path, bytes);
        scene.Server.Rollover();
        Assert.Equal(new ReplayCounts(2, 0, 2, 0, 0, ""), await ReplayAsync(scene));
        Assert.Equal(ids.Order(StringComparer.Ordinal), scene.Server.Ids.Order(StringComparer.Ordinal));
        Assert.Empty(scene.DeadLetters);
    }

    [Fact]
    public async Task A_server_that_takes_nothing_leaves_all_where_it_is()
    {
        await using var scene = await ShippingScene.StartAsync();
        var ids = scene.Append(10);
        Refuse(scene, ids[4], ids[5]);
        await scene.DrainAsync();
        var nowhere = await ReplayAsync(scene, new Uri("http://127.0.0.1:1"));
        Assert.Equal((2, 0, 0, 0, 2), (nowhere.Documents, nowhere.Indexed, nowhere.Duplicate, nowhere.Refused, nowhere.Left));
        Assert.Contains("127.0.0.1:1", nowhere.Detail);

        scene.Server.Always = async (context, _, _) =>
        {
            context.Response.StatusCode = 503;
            await context.Response.CompleteAsync();
            return true;
        };
        var full = await ReplayAsync(scene);
        Assert.Equal((2, 2), (full.Documents, full.Left));
        Assert.Contains("503", full.Detail);
        Assert.Equal([ids[4], ids[5]], scene.DeadLetters.Select(frame => frame.Id));
        Assert.Equal(2, DeadLetters.List(scene.Folder).Count(letter => letter.Reason is not null));
    }

    [Fact]
    public async Task What_a_shipper_refuses_after_a_replay_beside_it_is_kept()
    {
        await using var scene = await ShippingScene.StartAsync();
        using var shipper = scene.Shipper();
        using var stop = new CancellationTokenSource();
        var shipping = shipper.RunAsync(stop.Token);
        var first = scene.Append(6);
        Refuse(scene, first[0], first[1]);
        await Wait.Until(() => scene.Counts.Pending == 0 || scene.Counts.DeadLetter == 2 && scene.Counts.Pending == 0, "the first were settled", () => scene.Counts.ToString());
        Refuse(scene, first[1]);
        Assert.Equal((1, 1), ((await ReplayAsync(scene)) is var counts ? (counts.Indexed, counts.Refused) : default));

        // The shipper had the file open that is not the same any more.
        var second = scene.Append(6);
        Refuse(scene, first[1], second[2], second[3]);
        await Wait.Until(() => scene.Counts.Pending == 0, "the second were settled", () => scene.Counts.ToString());
        Assert.Equal([first[1], second[2], second[3]], scene.DeadLetters.Select(frame => frame.Id));
        await stop.CancelAsync();
        await shipping;
    }

    [Fact]
    public async Task Damage_in_the_folder_is_no_reason_to_throw_away_what_nobody_has_read()
    {
        await using var scene = await ShippingScene.StartAsync();
        var ids = scene.Append(9);
        Refuse(scene, [.. ids]);
        await scene.DrainAsync();
        var path = Assert.Single(Directory.EnumerateFiles(Path.Combine(scene.Folder, "deadletter"), "*.seg"));
        var (offset, length) = SegmentScan.Read(path).Frames[4];
        var bytes = await File.ReadAllBytesAsync(path);
        bytes[offset + 100] ^= 1;
        await File.WriteAllBytesAsync(path, bytes);

        scene.Server.OnDocument = null;
        Assert.Equal(new ReplayCounts(8, 8, 0, 0, 0, ""), await ReplayAsync(scene));
        byte[] left = [.. bytes[..SegmentHeader.Bytes], .. bytes[offset..(offset + length)]];
        Assert.Equal(left, await File.ReadAllBytesAsync(path));
    }

    [Fact]
    public void A_folder_that_is_not_there_is_one_clear_line()
    {
        var error = Assert.Throws<DirectoryNotFoundException>(() => DeadLetters.List("nowhere").ToList());
        Assert.Contains("nowhere: no such folder", error.Message);
    }

    private static void Refuse(ShippingScene scene, params string[] ids) => scene.Server.OnDocument = (_, id) => ids.Contains(id) ? (400, "document_parsing_exception") : null;

    private static Task<ReplayCounts> ReplayAsync(ShippingScene scene, Uri? url = null) => DeadLetters.ReplayAsync(
        scene.Folder,
        new ShipperOptions { Url = url ?? scene.Server.Url, BackoffFirst = TimeSpan.FromMilliseconds(1), BackoffMax = TimeSpan.FromMilliseconds(5), QuietTime = TimeSpan.FromMilliseconds(1) },
        TimeSpan.FromSeconds(url is null && scene.Server.Always is null ? 60 : 0.2),
        TimeProvider.System,
        NullLogger.Instance);
}
