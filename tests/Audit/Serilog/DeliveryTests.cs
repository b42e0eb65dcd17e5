using System.Collections.Concurrent;
using System.Globalization;
using Coral.Audit.Spool;
using Coral.Audit.Tests.Shipping;
using Microsoft.Extensions.Logging.Abstractions;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using Serilog.Sinks.Elasticsearch;

namespace Coral.Audit.Tests.Logging;

/// <summary>Events under faults: once at the server, or told as lost, and nobody who logs notices.</summary>
[Collection("SelfLog")]
public sealed class DeliveryTests
{
    private const int Many = 500;

    /// <summary>Nobody listens there.</summary>
    private static readonly Uri Away = new("http://127.0.0.1:9/");

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Events_are_stored_once_though_answers_are_lost_and_the_stream_rolls_over(bool durable)
    {
        await using var scene = await LogScene.StartAsync();
        for (var i = 0; i < 3; i++)
        {
            scene.Server.Faults.Enqueue((context, server, lines) =>
            {
                server.Store(lines);
                server.Rollover();
                context.Abort();
                return Task.FromResult(true);
            });
        }

        await using (var logger = LogScene.Logger(scene.Options(durable)))
        {
            Log(logger, 1, Many);
            await Wait.Until(() => scene.Numbers.Count() >= Many, "all are stored", () => $"{scene.Numbers.Count()}");
        }

        Assert.Equal(Enumerable.Range(1, Many), scene.Numbers);
    }

    [Fact]
    public async Task What_was_logged_before_kills_reaches_the_server_once()
    {
        await using var scene = await LogScene.StartAsync();
        var random = new Random(9);
        var told = new List<int>();
        for (var life = 0; life < 12; life++)
        {
            var stored = random.Next(4);
            using var child = LogScene.Crashing(scene.Buffer, scene.Server.Url, 1 + (life * 1000), 200);
            // Before, in the middle of and after a request, or as soon as so many were told.
            if (stored < 3)
            {
                scene.Server.Always = (context, server, lines) =>
                {
                    if (stored == 2) server.Store(lines);
                    if (stored == 1) return Task.FromResult(false);
                    child.Kill();
                    context.Abort();
                    return Task.FromResult(true);
                };
            }

            var most = random.Next(200);
            for (var lines = 0; await child.StandardOutput.ReadLineAsync() is { } line; lines++)
            {
                told.Add(int.Parse(line, CultureInfo.InvariantCulture));
                if (stored is 1 or 3 && lines == most) child.Kill();
            }

            await child.WaitForExitAsync();
            Assert.Equal(128 + 9, child.ExitCode);
            scene.Server.Always = null;
            if (random.Next(3) == 0) scene.Server.Rollover();
        }

        await using (var logger = CrashedLogger.Durable(scene.Buffer, scene.Server.Url))
            await Wait.Until(() => !told.Except(scene.Numbers).Any(), "all are stored");
        var numbers = scene.Numbers.ToList();
        Assert.Equal(numbers.Distinct(), numbers);
        Assert.Empty(told.Except(numbers));
        Assert.InRange(numbers.Count - told.Count, 0, 12);
    }

    [Fact]
    public async Task With_the_server_away_closing_ends_and_all_is_in_the_spool_and_ships_at_the_next_start()
    {
        await using var scene = await LogScene.StartAsync();
        await using (var logger = LogScene.Logger(Closing(scene.Options(durable: true, Away)))) Log(logger, 1, Many);
        Assert.Equal(Enumerable.Range(1, Many), scene.Spooled());
        Assert.Contains(scene.SelfLines, line => line.Contains($"{Many} events stay in the spool", StringComparison.Ordinal));
        await using (var logger = LogScene.Logger(scene.Options(durable: true)))
        {
            Log(logger, Many + 1, 1);
            await Wait.Until(() => scene.Numbers.Count() > Many, "all are stored");
        }

        Assert.Equal(Enumerable.Range(1, Many + 1), scene.Numbers);
    }

    [Fact]
    public async Task With_the_server_away_closing_ends_and_what_was_in_memory_is_told_as_lost()
    {
        await using var scene = await LogScene.StartAsync();
        var lost = new ConcurrentQueue<int>();
        var options = Closing(scene.Options(url: Away));
        options.EmitEventFailure = EmitEventFailureHandling.RaiseCallback;
        options.FailureCallback = (e, _) => lost.Enqueue(NumberOf(e));
        await using (var logger = LogScene.Logger(options)) Log(logger, 1, Many);
        Assert.Equal(Enumerable.Range(1, Many), lost.Order());
    }

    [Fact]
    public async Task Beyond_the_queue_the_newest_are_failures_and_the_others_are_shipped()
    {
        await using var scene = await LogScene.StartAsync();
        var gate = new TaskCompletionSource();
        scene.Server.Always = async (_, _, _) =>
        {
            await gate.Task;
            return false;
        };
        var failed = new Collected();
        var options = scene.Options();
        options.QueueSizeLimit = 10;
        options.EmitEventFailure = EmitEventFailureHandling.WriteToSelfLog | EmitEventFailureHandling.WriteToFailureSink;
        options.FailureSink = failed;
        await using (var logger = LogScene.Logger(options))
        {
            Log(logger, 1, 15);
            Assert.Equal(Enumerable.Range(11, 5), failed.Events.Select(NumberOf));
            gate.SetResult();
        }

        Assert.Equal(Enumerable.Range(1, 10), scene.Numbers);
        // Not one for each.
        Assert.Single(scene.SelfLines, line => line.Contains("an event is lost: 10 events wait", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_spool_that_is_full_refuses_the_newest_and_loses_none_of_the_others()
    {
        await using var scene = await LogScene.StartAsync();
        var failed = new Collected();
        var options = Closing(scene.Options(durable: true, Away));
        (options.BufferFileSizeLimitBytes, options.BufferFileCountLimit) = (64 * 1024, 4);
        options.EmitEventFailure = EmitEventFailureHandling.WriteToFailureSink;
        options.FailureSink = failed;
        await using (var logger = LogScene.Logger(options)) Log(logger, 1, Many);
        var kept = scene.Spooled();
        Assert.InRange(kept.Count, 100, Many - 1);
        Assert.Equal(Enumerable.Range(1, Many), kept.Concat(failed.Events.Select(NumberOf)));
    }

    [Fact]
    public async Task An_event_that_the_server_refuses_for_good_is_a_failure_and_holds_up_no_other()
    {
        await using var scene = await LogScene.StartAsync();
        // Also in the lesser form, of which no labels are left.
        scene.Server.OnDocument = (line, _) => line.GetProperty("message").GetString() == "Number 3" ? (400, "document_parsing_exception") : null;
        var failures = new ConcurrentQueue<(int, string)>();
        var options = scene.Options();
        options.EmitEventFailure = EmitEventFailureHandling.RaiseCallback;
        options.FailureCallback = (e, why) => failures.Enqueue((NumberOf(e), why.Message));
        await using (var logger = LogScene.Logger(options)) Log(logger, 1, 5);
        Assert.Equal([1, 2, 4, 5], scene.Numbers);
        Assert.Equal([(3, "the server refuses it for good: document_parsing_exception: because")], failures);
    }

    [Fact]
    public async Task A_folder_that_another_has_is_no_reason_not_to_log()
    {
        await using var scene = await LogScene.StartAsync();
        await using var other = AuditSpool.Open(new SpoolOptions { Directory = scene.Spool }, TimeProvider.System, NullLogger.Instance);
        await using (var logger = LogScene.Logger(scene.Options(durable: true))) Log(logger, 1, 3);
        Assert.Equal([1, 2, 3], scene.Numbers);
        Assert.Contains(scene.SelfLines, line => line.Contains("in use by process", StringComparison.Ordinal) && line.Contains("kept in memory", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Nothing_that_goes_wrong_reaches_who_logs(bool durable)
    {
        await using var scene = await LogScene.StartAsync();
        var options = scene.Options(durable);
        options.EmitEventFailure = (EmitEventFailureHandling)15;
        options.FailureSink = new Throwing();
        options.FailureCallback = (_, _) => throw new InvalidOperationException("from the callback");
        options.SingleEventSizePostingLimit = 10_000;
        options.IndexDecider = (e, _) => NumberOf(e) == 2 ? throw new InvalidOperationException("from the decider") : "logs-coral.app-default";
        await using (var logger = LogScene.Logger(options))
        {
            logger.Information("Number {Number}", 1);
            logger.Information("Number {Number}", 2);
            logger.Information("Number {Number} {Large}", 3, new string('x', 20_000) + "\ud800");
            logger.Information("Number {Number} {Odd}", 4, "\ud800 \0 \u2028");
            logger.Information("Number {Number} {Deep}", 5, new Dictionary<string, object> { ["\0"] = new Dictionary<string, object> { ["x"] = double.NaN } });
        }

        Assert.Equal([1, 4, 5], scene.Numbers);
        foreach (var said in (string[])["from the decider", "the failure sink failed: from the sink", "the failure callback failed: from the callback"])
            Assert.Contains(scene.SelfLines, line => line.Contains(said, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Levels_are_those_of_the_options()
    {
        await using var scene = await LogScene.StartAsync();
        var options = scene.Options();
        options.LevelSwitch = new LoggingLevelSwitch(LogEventLevel.Error);
        await using (var logger = LogScene.Logger(options))
        {
            logger.Warning("Number {Number}", 1);
            options.LevelSwitch.MinimumLevel = LogEventLevel.Debug;
            logger.Debug("Number {Number}", 2);
        }

        Assert.Equal([2], scene.Numbers);
    }

    private static void Log(Logger logger, int first, int count)
    {
        for (var number = first; number < first + count; number++) logger.Information("Number {Number}", number);
    }

    private static int NumberOf(LogEvent e) => (int)((ScalarValue)e.Properties["Number"]).Value!;

    /// <summary>With little patience at the end.</summary>
    private static ElasticsearchSinkOptions Closing(ElasticsearchSinkOptions options) => new(options.Nodes)
    {
        BufferBaseFilename = options.BufferBaseFilename,
        BufferLogShippingInterval = options.BufferLogShippingInterval,
        Period = options.Period,
        ShutdownTimeout = TimeSpan.FromMilliseconds(50),
    };

    private sealed class Collected : ILogEventSink
    {
        public ConcurrentQueue<LogEvent> Events { get; } = new();

        public void Emit(LogEvent logEvent) => Events.Enqueue(logEvent);
    }

    private sealed class Throwing : ILogEventSink
    {
        public void Emit(LogEvent logEvent) => throw new InvalidOperationException("from the sink");
    }
}
