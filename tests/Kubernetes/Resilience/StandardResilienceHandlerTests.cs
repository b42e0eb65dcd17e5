using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.Http.Headers;
using Coral.Kubernetes.Tests.Fakes;
using Coral.Testing;
using Polly;
using Polly.CircuitBreaker;
using Polly.Timeout;

namespace Coral.Kubernetes.Tests.Resilience;

public sealed class StandardResilienceHandlerTests
{
    private readonly FakeTimeProvider time = new();
    private int sent;

    [Fact]
    public void Defaults_are_those_of_the_standard_handler()
    {
        var options = new HttpStandardResilienceOptions();
        Assert.Equal((1000, 0), (options.RateLimiter.DefaultRateLimiterOptions.PermitLimit, options.RateLimiter.DefaultRateLimiterOptions.QueueLimit));
        Assert.Equal(TimeSpan.FromSeconds(30), options.TotalRequestTimeout.Timeout);
        Assert.Equal(TimeSpan.FromSeconds(10), options.AttemptTimeout.Timeout);
        Assert.Equal((3, DelayBackoffType.Exponential, true), (options.Retry.MaxRetryAttempts, options.Retry.BackoffType, options.Retry.UseJitter));
        Assert.Equal((TimeSpan.FromSeconds(2), null), (options.Retry.Delay, options.Retry.MaxDelay));
        Assert.True(options.Retry.ShouldRetryAfterHeader);
        Assert.Equal((0.1, 100), (options.CircuitBreaker.FailureRatio, options.CircuitBreaker.MinimumThroughput));
        Assert.Equal((TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(5)), (options.CircuitBreaker.SamplingDuration, options.CircuitBreaker.BreakDuration));
        Assert.Equal(
            "Standard-RateLimiter Standard-TotalRequestTimeout Standard-Retry Standard-CircuitBreaker Standard-AttemptTimeout",
            $"{options.RateLimiter.Name} {options.TotalRequestTimeout.Name} {options.Retry.Name} {options.CircuitBreaker.Name} {options.AttemptTimeout.Name}");
    }

    [Theory]
    [InlineData(500, 4)]
    [InlineData(503, 4)]
    [InlineData(408, 4)]
    [InlineData(429, 4)]
    [InlineData(404, 1)]
    [InlineData(409, 1)]
    public async Task Transient_statuses_are_tried_three_times_more(int code, int attempts)
    {
        using var client = Client(new(), _ => Task.FromResult(new HttpResponseMessage((HttpStatusCode)code)));
        var answer = await Finish(client.GetAsync("/"));
        Assert.Equal(code, (int)answer.StatusCode);
        Assert.Equal(attempts, sent);
    }

    [Fact]
    public async Task A_connection_that_fails_is_tried_again_and_a_post_too()
    {
        using var client = Client(new(), _ => sent < 3 ? throw new HttpRequestException("refused") : Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK)));
        using var body = new ByteArrayContent([1, 2, 3]);
        var answer = await Finish(client.PostAsync("/", body));
        Assert.Equal((HttpStatusCode.OK, 3), (answer.StatusCode, sent));
    }

    [Fact]
    public async Task Unsafe_methods_are_sent_once_when_asked_for()
    {
        var options = new HttpStandardResilienceOptions();
        options.Retry.DisableForUnsafeHttpMethods();
        using var client = Client(options, _ => Task.FromResult(new HttpResponseMessage(HttpStatusCode.BadGateway)));
        await Finish(client.DeleteAsync("/"));
        Assert.Equal(1, sent);
        await Finish(client.GetAsync("/"));
        Assert.Equal(5, sent);
    }

    [Fact]
    public async Task Retry_after_sets_the_pause()
    {
        using var client = Client(new(), _ =>
        {
            var answer = new HttpResponseMessage(sent == 1 ? HttpStatusCode.TooManyRequests : HttpStatusCode.OK);
            answer.Headers.RetryAfter = new RetryConditionHeaderValue(time.GetUtcNow() + TimeSpan.FromSeconds(17));
            return Task.FromResult(answer);
        });
        var pending = client.GetAsync("/");
        time.Advance(TimeSpan.FromSeconds(16));
        Assert.Equal(1, sent);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(HttpStatusCode.OK, (await pending).StatusCode);
    }

    [Fact]
    public async Task Each_attempt_and_the_whole_have_their_limits()
    {
        var begun = time.GetTimestamp();
        using var client = Client(new(), cancellation => Task.Delay(Timeout.InfiniteTimeSpan, time, cancellation).ContinueWith<HttpResponseMessage>(
            _ => throw new TaskCanceledException(null, null, cancellation), TaskScheduler.Default));
        var failure = await Assert.ThrowsAsync<TimeoutRejectedException>(() => Finish(client.GetAsync("/")));
        Assert.Equal(TimeSpan.FromSeconds(30), failure.Timeout);
        Assert.InRange(sent, 2, 3);
        Assert.True(time.GetElapsedTime(begun) >= TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task The_circuit_opens_at_a_tenth_of_a_hundred_failures_and_closes_after_five_seconds()
    {
        var options = new HttpStandardResilienceOptions();
        options.Retry.ShouldHandle = static _ => new(false);
        using var client = Client(options, _ => Task.FromResult(new HttpResponseMessage(sent is > 90 and <= 100 ? HttpStatusCode.BadGateway : HttpStatusCode.OK)));
        for (var i = 0; i < 100; i++) await client.GetAsync("/");
        await Assert.ThrowsAsync<BrokenCircuitException>(() => client.GetAsync("/"));
        time.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/")).StatusCode);
    }

    [Fact]
    public async Task More_than_the_permitted_requests_at_once_are_rejected()
    {
        var options = new HttpStandardResilienceOptions();
        options.RateLimiter.DefaultRateLimiterOptions.PermitLimit = 2;
        var gate = new TaskCompletionSource<HttpResponseMessage>();
        using var client = Client(options, _ => gate.Task);
        var running = new[] { client.GetAsync("/"), client.GetAsync("/") };
        await Assert.ThrowsAsync<RateLimiterRejectedException>(() => client.GetAsync("/"));
        gate.SetResult(new HttpResponseMessage(HttpStatusCode.OK));
        await Task.WhenAll(running);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync("/")).StatusCode);
    }

    [Fact]
    public void Options_that_contradict_each_other_are_refused_all_at_once()
    {
        var options = new HttpStandardResilienceOptions();
        options.AttemptTimeout.Timeout = TimeSpan.FromSeconds(40);
        var failure = Assert.Throws<ValidationException>(() => Client(options, _ => throw new InvalidOperationException()));
        Assert.Contains("TotalRequestTimeout", failure.Message, StringComparison.Ordinal);
        Assert.Contains("SamplingDuration", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_answer_that_is_tried_again_is_disposed_of()
    {
        var bodies = new List<Watched>();
        using var client = Client(new(), _ =>
        {
            var body = new Watched();
            bodies.Add(body);
            return Task.FromResult(new HttpResponseMessage(sent < 3 ? HttpStatusCode.InternalServerError : HttpStatusCode.OK) { Content = body });
        });
        using var answer = await Finish(client.GetAsync("/", HttpCompletionOption.ResponseHeadersRead));
        Assert.Equal([true, true, false], bodies.Select(body => body.Disposed));
    }

    private HttpClient Client(HttpStandardResilienceOptions options, Func<CancellationToken, Task<HttpResponseMessage>> answer) =>
        new(new StandardResilienceHandler(options, time, new Scripted(cancellation =>
        {
            sent++;
            return answer(cancellation);
        })))
        { BaseAddress = new Uri("http://127.0.0.1/"), Timeout = Timeout.InfiniteTimeSpan };

    private async Task<T> Finish<T>(Task<T> task)
    {
        await Eventually.Is(() => task.IsCompleted, "it ends", () => time.Advance(TimeSpan.FromMilliseconds(500)));
        return await task;
    }

    private sealed class Scripted(Func<CancellationToken, Task<HttpResponseMessage>> answer) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) => answer(cancellationToken);
    }

    private sealed class Watched() : ByteArrayContent([])
    {
        public bool Disposed { get; private set; }

        protected override void Dispose(bool disposing)
        {
            Disposed = true;
            base.Dispose(disposing);
        }
    }
}
