using Coral.NodeAgent.Publishing;
using Coral.NodeAgent.Tests.Capabilities;
using Coral.Testing;
using Coral.Testing.Kit;

namespace Coral.NodeAgent.Tests.Publishing;

public sealed class NodeLoopTests : IDisposable
{
    private readonly FakeTimeProvider time = new();
    private readonly CancellationTokenSource stop = new();
    private readonly List<string> said = [];
    private int probes;
    private int published;
    private bool unreachable;
    private string kubelet = "first";

    [Fact]
    public async Task It_publishes_at_once_and_renews_within_ten_minutes_without_another_probe()
    {
        var loop = Start(jitter: 0);
        await Published(1);

        time.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        Assert.Equal(1, published);
        time.Advance(TimeSpan.FromSeconds(1));

        await Published(2);
        Assert.Equal(1, probes);
        await End(loop);
    }

    [Fact]
    public async Task Agents_do_not_all_renew_at_the_same_moment()
    {
        var loop = Start(jitter: 1);
        await Published(1);

        time.Advance(TimeSpan.FromMinutes(9));

        await Published(2);
        await End(loop);
    }

    [Fact]
    public async Task What_could_not_be_published_is_said_and_tried_again_soon()
    {
        unreachable = true;
        var loop = Start(jitter: 0);
        await Eventually.Async(() => Task.FromResult(time.Waiting == 1), TimeSpan.FromSeconds(30), "it waits to try again");
        Assert.Equal(["the report of node node-a could not be published: no route"], said);

        unreachable = false;
        time.Advance(TimeSpan.FromSeconds(15));

        await Published(1);
        await End(loop);
    }

    [Fact]
    public async Task It_probes_anew_after_a_day()
    {
        var loop = Start(jitter: 0);
        await Published(1);
        for (var turn = 1; turn < 24 * 6; turn++)
        {
            time.Advance(TimeSpan.FromMinutes(10));
            await Published(turn + 1);
        }

        Assert.Equal(1, probes);
        time.Advance(TimeSpan.FromMinutes(10));

        await Published((24 * 6) + 1);
        Assert.Equal(2, probes);
        await End(loop);
    }

    [Fact]
    public async Task It_probes_anew_once_when_the_kubelet_was_started_anew()
    {
        var loop = Start(jitter: 0);
        await Published(1);

        kubelet = "second";
        foreach (var times in new[] { 2, 3 })
        {
            time.Advance(TimeSpan.FromMinutes(10));
            await Published(times);
            Assert.Equal(2, probes);
        }

        await End(loop);
    }

    public void Dispose() => stop.Dispose();

    private Task Start(double jitter) => new NodeLoop(
        _ =>
        {
            probes++;
            return Task.FromResult(Samples.Outcome("/nowhere") with { ObservedAt = time.GetUtcNow() });
        },
        (_, _) =>
        {
            if (unreachable) throw new HttpRequestException("no route");
            published++;
            return Task.CompletedTask;
        },
        () => kubelet,
        said.Add,
        time,
        () => jitter).RunAsync(stop.Token);

    private Task Published(int times) =>
        Eventually.Async(() => Task.FromResult(published == times && time.Waiting == 1), TimeSpan.FromSeconds(30), $"it has published {times} times and waits");

    private async Task End(Task loop)
    {
        await stop.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => loop);
    }
}
