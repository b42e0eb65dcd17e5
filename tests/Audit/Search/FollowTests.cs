using Coral.Audit.Search;
using Coral.Audit.Spool;

namespace Coral.Audit.Tests.Search;

public sealed class FollowTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task What_is_written_while_it_is_followed_comes_once_and_in_order_over_the_ends_of_segments()
    {
        using var work = new Workspace();
        await using var spool = work.Open(options => options with { SegmentBytes = 8 * 1024 });
        for (var i = 1; i <= 5; i++) spool.Append(Samples.Decision(i));
        using var limit = new CancellationTokenSource(Patience);
        await using var followed = new LocalSearch(work.Spool).FollowAsync(new AuditQuery { Limit = 3 }, limit.Token).GetAsyncEnumerator(limit.Token);
        Assert.Equal(["web-3", "web-4", "web-5"], await Next(followed, 3));

        for (var i = 6; i <= 40; i++)
        {
            spool.Append(Samples.Decision(i));
            Assert.Equal([$"web-{i}"], await Next(followed, 1));
        }

        for (var i = 41; i <= 80; i++) spool.Append(Samples.Decision(i));
        Assert.Equal(Enumerable.Range(41, 40).Select(i => $"web-{i}"), await Next(followed, 40));
        Assert.InRange(work.Segments.Length, 5, 80);
    }

    [Fact]
    public async Task Only_what_matches_is_followed()
    {
        using var work = new Workspace();
        await using var spool = work.Open();
        for (var i = 1; i <= 6; i++) spool.Append(Samples.Decision(i) with { Namespace = i % 2 == 0 ? "bank" : "shop" });
        using var limit = new CancellationTokenSource(Patience);
        await using var followed = new LocalSearch(work.Spool).FollowAsync(new AuditQuery { Namespace = "bank", Limit = 2 }, limit.Token).GetAsyncEnumerator(limit.Token);
        Assert.Equal(["web-4", "web-6"], await Next(followed, 2));
        for (var i = 7; i <= 12; i++) spool.Append(Samples.Decision(i) with { Namespace = i % 2 == 0 ? "bank" : "shop" });
        Assert.Equal(["web-8", "web-10", "web-12"], await Next(followed, 3));
    }

    [Fact]
    public async Task An_empty_spool_is_followed_from_its_first_document()
    {
        using var work = new Workspace();
        await using var spool = work.Open();
        using var limit = new CancellationTokenSource(Patience);
        await using var followed = new LocalSearch(work.Spool).FollowAsync(new AuditQuery(), limit.Token).GetAsyncEnumerator(limit.Token);
        var first = Next(followed, 1);
        spool.Append(Samples.Decision(1));
        Assert.Equal(["web-1"], await first);
    }

    [Fact]
    public async Task What_the_ring_let_go_of_before_it_was_read_is_counted()
    {
        using var work = new Workspace();
        await using var spool = work.Open(options => options with { SegmentBytes = 8 * 1024, MaxBytes = 24 * 1024 });
        spool.Append(Samples.Decision(1));
        var lost = 0UL;
        using var limit = new CancellationTokenSource(Patience);
        await using var followed = new LocalSearch(work.Spool, lost: count => lost += count).FollowAsync(new AuditQuery { Namespace = "shop" }, limit.Token).GetAsyncEnumerator(limit.Token);
        Assert.Equal(["web-1"], await Next(followed, 1));

        // The ring takes what nobody has read.
        var oldest = work.Segments[0];
        var second = 0UL;
        for (var i = 2; i <= 100; i++) second = spool.Append(Samples.Decision(i)).Sequence;
        await Wait.Until(() => SpoolReader.Open(work.Spool).Forward().First().Sequence > 60, "the ring let go");
        Assert.False(File.Exists(oldest));
        spool.Append(Samples.Decision(101));

        var seen = new List<string>();
        while (seen.LastOrDefault() != "web-101") seen.AddRange(await Next(followed, 1));
        var numbers = seen.Select(name => int.Parse(name[4..], System.Globalization.CultureInfo.InvariantCulture)).ToList();
        Assert.Equal(numbers.Order().Distinct(), numbers);
        Assert.NotEqual(0UL, lost);
        // Gap records of the spool are documents too, but none of the namespace.
        Assert.InRange((int)lost + numbers.Count, 100, (int)spool.LastSequence - 1);
    }

    private static async Task<List<string>> Next(IAsyncEnumerator<AuditRecord> followed, int count)
    {
        var names = new List<string>();
        while (names.Count < count && await followed.MoveNextAsync()) names.Add(followed.Current.Name!);
        return names;
    }
}
