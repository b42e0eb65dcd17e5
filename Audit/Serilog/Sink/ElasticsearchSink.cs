using Coral.Audit.Spool;
using Serilog.Core;
using Serilog.Events;
using Serilog.Sinks.Elasticsearch.Delivery;

namespace Serilog.Sinks.Elasticsearch;

/// <summary>Hands log events to the pipeline. Nothing that goes wrong reaches who logs. Thread safe.</summary>
internal sealed class ElasticsearchSink : ILogEventSink, IDisposable, IAsyncDisposable
{
    private readonly LineMaker maker;
    private readonly Failures failures;
    private readonly SizeLimit? limit;
    private readonly ILogStore store;

    public ElasticsearchSink(ElasticsearchSinkOptions options)
    {
        var settings = new SinkSettings(options);
        var lines = new SelfLogLines(new OwnSecrets(settings.Secrets));
        foreach (var ignored in OptionTable.Ignored(options)) lines.Say(ignored);
        failures = new Failures(options, lines);
        maker = new LineMaker(options, new AppStreams(options));
        limit = options.SingleEventSizePostingLimit is { } most ? new SizeLimit(most) : null;
        store = Open(options, settings, lines, failures);
    }

    public void Emit(LogEvent logEvent)
    {
        try
        {
            var line = maker.Make(logEvent);
            limit?.Check(line);
            store.Add(line, logEvent);
        }
        catch (Exception why)
        {
            failures.Report(logEvent, why);
        }
    }

    /// <summary>Ships what can be shipped in a few seconds. What is durable stays for the next start, the rest is a failure.</summary>
    public async ValueTask DisposeAsync()
    {
        await store.DisposeAsync();
        limit?.Dispose();
    }

    // On the thread pool, because whoever waits may hold a context that continuations want.
    public void Dispose() => Task.Run(() => DisposeAsync().AsTask()).GetAwaiter().GetResult();

    /// <summary>A log is no reason not to start: without its folder it is kept in memory.</summary>
    private static ILogStore Open(ElasticsearchSinkOptions options, SinkSettings settings, SelfLogLines lines, Failures failures)
    {
        if (settings.Spool is not null)
        {
            try
            {
                return new SpooledLog(settings, lines);
            }
            catch (SpoolUnavailableException why)
            {
                lines.Say($"{why.Message} Until the next start events are kept in memory.");
            }
        }

        return new MemoryLog(settings, options, lines, failures);
    }
}
