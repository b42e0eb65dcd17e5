namespace Coral.EndToEnd;

public sealed class EventuallyTests
{
    [Fact]
    public async Task What_never_comes_is_named_with_the_reason_of_the_last_try()
    {
        var failure = await Assert.ThrowsAsync<TimeoutException>(() => Eventually.Async(
            () => throw new InvalidOperationException("no pod"), TimeSpan.FromMilliseconds(1), "the pod runs"));

        Assert.Equal("not within 0 s: the pod runs; the last try failed: no pod", failure.Message);
    }

    [Fact]
    public async Task The_answer_is_returned_as_soon_as_it_is_there()
    {
        var tries = 0;

        Assert.Equal("answer", await Eventually.Async(() => Task.FromResult(++tries == 3 ? "answer" : null), TimeSpan.FromSeconds(60), "an answer"));
    }
}
