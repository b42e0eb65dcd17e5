using Coral.Audit.Shipping;
using Coral.Testing;

namespace Coral.Audit.Tests.Shipping;

/// <summary>How many requests at a time, how long between them, and to whom.</summary>
public sealed class PaceTests
{
    [Fact]
    public async Task Fewer_are_admitted_after_a_failure_and_more_again_after_a_row_of_good_ones()
    {
        var pace = new Pace(4);
        for (var i = 0; i < 4; i++) await pace.EnterAsync(default);
        var fifth = pace.EnterAsync(default);
        Assert.False(fifth.IsCompleted);
        pace.Slow();
        pace.Slow();
        pace.Slow();
        Assert.Equal(1, pace.Allowed);
        for (var i = 0; i < 3; i++) pace.Leave();
        Assert.False(fifth.IsCompleted);
        pace.Leave();
        await fifth;
        var sixth = pace.EnterAsync(default);
        for (var i = 0; i < 3; i++) pace.Went();
        Assert.False(sixth.IsCompleted);
        pace.Went();
        await sixth;
        Assert.Equal(2, pace.Allowed);
        for (var i = 0; i < 100; i++) pace.Went();
        Assert.Equal(4, pace.Allowed);
    }

    [Fact]
    public async Task Whoever_gives_up_waiting_takes_nobodys_place()
    {
        var pace = new Pace(1);
        await pace.EnterAsync(default);
        using var cancel = new CancellationTokenSource();
        var gone = pace.EnterAsync(cancel.Token);
        var stays = pace.EnterAsync(default);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => gone);
        pace.Leave();
        await stays;
    }

    [Fact]
    public void Pauses_grow_to_a_minute_spread_over_all_of_their_length_and_senders_that_fail_together_count_once()
    {
        var random = 1.0;
        var backoff = new Backoff(new ShipperOptions { Url = new Uri("http://x"), Random = () => random });
        double[] bounds = [.. Enumerable.Range(0, 9).Select(_ => Fail())];
        Assert.Equal([0.5, 1, 2, 4, 8, 16, 32, 60, 60], bounds);
        random = 0.25;
        Assert.Equal(15, Fail());
        backoff.Reset();
        random = 1;
        var seen = backoff.Failures;
        Assert.Equal([0.5, 0.5, 0.5], Enumerable.Range(0, 3).Select(_ => backoff.Next(seen, null).TotalSeconds));
        Assert.Equal(1, Fail());
        Assert.Equal(7, backoff.Next(backoff.Failures, TimeSpan.FromSeconds(7)).TotalSeconds);
        Assert.Equal(60, backoff.Next(backoff.Failures, TimeSpan.FromHours(7)).TotalSeconds);

        double Fail() => backoff.Next(backoff.Failures, null).TotalSeconds;
    }

    [Fact]
    public void A_node_that_failed_rests_ever_longer_and_the_others_are_asked_in_turn()
    {
        var clock = new FakeTimeProvider();
        var nodes = new NodePool([new Uri("http://a"), new Uri("http://b"), new Uri("http://c")], clock);
        Assert.Equal([0, 1, 2, 0], Enumerable.Range(0, 4).Select(_ => nodes.Next()));
        nodes.Failed(1);
        Assert.Equal([2, 0, 2, 0], Enumerable.Range(0, 4).Select(_ => nodes.Next()));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal([1, 2, 0], Enumerable.Range(0, 3).Select(_ => nodes.Next()));
        nodes.Failed(1);
        clock.Advance(TimeSpan.FromSeconds(1.9));
        Assert.DoesNotContain(1, Enumerable.Range(0, 6).Select(_ => nodes.Next()));
        nodes.Failed(0);
        nodes.Failed(2);
        Assert.False(nodes.HasRested);
        Assert.Equal(1, nodes.Next());
        nodes.Answered(2);
        Assert.True(nodes.HasRested);
        Assert.Equal([2, 2], [nodes.Next(), nodes.Next()]);
    }

    [Fact]
    public void A_distribution_counts_each_value_under_the_first_bound_that_it_does_not_exceed()
    {
        var distribution = new Distribution(1, 2);
        foreach (var value in (double[])[0.5, 1, 1.5, 2, 9]) distribution.Add(value);
        var (buckets, sum) = distribution.Read();
        Assert.Equal([(1.0, 2L), (2.0, 4L), (double.PositiveInfinity, 5L)], buckets);
        Assert.Equal(14, sum);
    }
}
