using System.Text;
using System.Text.Json.Nodes;
using Coral.Audit.Shipping;
using Coral.Audit.Tests.Shipping;
using Coral.Testing;

namespace Coral.Audit.Tests.Faults;

/// <summary>What is too large for the server, and what it will not have at all.</summary>
public sealed class SizeTests
{
    private const int MiB = 1024 * 1024;

    [Fact]
    public async Task Case_10_a_limit_is_found_by_halving_and_kept_and_one_document_over_it_harms_no_other()
    {
        await using var scene = await ShippingScene.StartAsync();
        scene.Server.MaxBodyBytes = MiB;
        var (tooLarge, taken) = (0, new System.Collections.Concurrent.ConcurrentQueue<long>());
        scene.Server.OnSize = bytes =>
        {
            if (bytes > MiB) Interlocked.Increment(ref tooLarge);
            else taken.Enqueue(bytes);
        };
        var payload = Encoding.ASCII.GetBytes($"{{\"x\":\"{new string('x', 8_000)}\"}}");
        var (big, warning) = (Encoding.ASCII.GetBytes($"{{\"x\":\"{new string('x', 3 * MiB)}\"}}"), new string('w', 3 * MiB));
        var ids = scene.Append(4_000, i => i switch
        {
            1_000 => Samples.Decision(i) with { Request = big },
            3_000 => Samples.Decision(i) with { Warnings = [warning] },
            _ => Samples.Decision(i) with { Request = payload },
        });
        await scene.DrainAsync(options => options with { Requests = 1 });
        Oracle.Check(scene);
        Assert.Equal(ids[2_999], Assert.Single(scene.DeadLetters).Id);
        Assert.Equal((3_999, 0), (scene.Counts.Indexed, scene.Counts.Ambiguous));
        // 4 MiB to 1 MiB within an eighth: a few tries. Each large document: down to itself, a few more; then the search for the bound begins from what is known.
        Assert.InRange(tooLarge, 3, 40);
        // About 32 MiB went in requests near the bound, not in many small ones.
        Assert.InRange(taken.Count, 30, 90);
    }

    [Fact]
    public async Task Case_10_once_the_limit_is_known_no_request_is_too_large_any_more()
    {
        await using var scene = await ShippingScene.StartAsync();
        scene.Server.MaxBodyBytes = MiB;
        var tooLarge = new List<int>();
        var taken = new List<long>();
        var number = 0;
        scene.Server.OnSize = bytes =>
        {
            number++;
            if (bytes > MiB) tooLarge.Add(number);
            else taken.Add(bytes);
        };
        var payload = Encoding.ASCII.GetBytes($"{{\"x\":\"{new string('x', 8_000)}\"}}");
        scene.Append(6_000, i => Samples.Decision(i) with { Request = payload });
        await scene.DrainAsync(options => options with { Requests = 1 });
        Oracle.Check(scene);
        Assert.InRange(tooLarge.Count, 2, 8);
        Assert.InRange(tooLarge[^1], 2, 20);
        // From then on they are near the bound, but for the last, which has what is left, and the ends of batches of 4 MiB.
        Assert.InRange(taken.Order().ElementAt(taken.Count / 2), MiB * 85 / 100, MiB);
    }

    [Fact]
    public void A_learnt_limit_is_forgotten_after_a_while_and_a_lower_one_is_learnt_at_once()
    {
        var clock = new FakeTimeProvider();
        var size = new BatchSize(4 * MiB, clock);
        Learn(size, limit: 3 * MiB);
        Assert.InRange(size.Bytes, 3 * MiB * 7 / 8, 3 * MiB);
        Learn(size, limit: MiB / 2);
        Assert.InRange(size.Bytes, MiB / 2 * 7 / 8, MiB / 2);
        clock.Advance(TimeSpan.FromMinutes(11));
        Learn(size, limit: 16 * MiB);
        Assert.Equal(4 * MiB, size.Bytes);
    }

    [Fact]
    public void After_429_requests_are_halved_and_grow_back_slowly()
    {
        var size = new BatchSize(4 * MiB, new FakeTimeProvider());
        size.Busy();
        Assert.Equal(2 * MiB, size.Bytes);
        for (var i = 0; i < 20; i++) size.Busy();
        Assert.Equal(64 * 1024, size.Bytes);
        size.Took(size.Bytes);
        Assert.InRange(size.Bytes, 64 * 1024 + 1, 64 * 1024 * 3 / 2);
        for (var i = 0; i < 40; i++) size.Took(size.Bytes);
        Assert.Equal(4 * MiB, size.Bytes);
    }

    [Fact]
    public async Task Case_11_one_document_that_does_not_fit_the_mapping_and_one_that_breaks_the_body_hold_up_no_other()
    {
        await using var scene = await ShippingScene.StartAsync();
        var ids = scene.Append(500, i => i == 400 ? Samples.Decision(i) with { Request = "{\"broken\":"u8.ToArray() } : Samples.Decision(i));
        scene.Server.OnDocument = (document, id) => id == ids[99] && document.GetProperty("event").GetProperty("kind").GetString() == "event" ? (400, "document_parsing_exception") : null;
        await scene.DrainAsync(options => options with { Requests = 4, BatchDocuments = 125 });
        Oracle.Check(scene);
        Assert.Equal((499, 1), (scene.Counts.Indexed, scene.Counts.DeadLetter));
        Assert.Equal(ids[399], Assert.Single(scene.DeadLetters).Id);
        Assert.Single(scene.Server.Documents, document => document.GetProperty("event").GetProperty("kind").GetString() == "pipeline_error");
        // Halving 125 and doubling again after each half that went well: a few times log2 of it, besides the whole batches.
        Assert.InRange(scene.Server.Bulks.Begun, 5, 4 + (5 * 7));
    }

    private static void Learn(BatchSize size, long limit)
    {
        for (var i = 0; i < 50; i++)
        {
            var bytes = size.Bytes;
            if (bytes > limit) size.TooLarge(bytes);
            else size.Took(bytes);
        }
    }
}
