using Serilog.Events;

namespace Serilog.Sinks.Elasticsearch.Delivery;

/// <summary>Does with events that are lost to the server what the options say. Never throws; thread safe.</summary>
internal sealed class Failures(ElasticsearchSinkOptions options, SelfLogLines lines)
{
    /// <summary>A full queue would fill the SelfLog as well.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(10);

    private readonly Lock gate = new();
    private DateTimeOffset next;
    private long unsaid;

    /// <summary>How many there were.</summary>
    public long Count { get; private set; }

    public void Report(LogEvent e, Exception why)
    {
        var handling = options.EmitEventFailure;
        var say = Counted();
        if (say is { } lost && handling.HasFlag(EmitEventFailureHandling.WriteToSelfLog)) lines.Say(lost == 1 ? $"an event is lost: {why.Message}" : $"{lost} events are lost, the last: {why.Message}");
        if (handling.HasFlag(EmitEventFailureHandling.WriteToFailureSink) && options.FailureSink is { } sink) Try(() => sink.Emit(e), "the failure sink");
        if (handling.HasFlag(EmitEventFailureHandling.RaiseCallback) && options.FailureCallback is { } callback) Try(() => callback(e, why), "the failure callback");
    }

    /// <summary>How many are to be told now, or null.</summary>
    private long? Counted()
    {
        lock (gate)
        {
            Count++;
            unsaid++;
            var now = options.Time.GetUtcNow();
            if (now < next) return null;
            next = now + Interval;
            var told = unsaid;
            unsaid = 0;
            return told;
        }
    }

    private void Try(Action tell, string who)
    {
        try
        {
            tell();
        }
        catch (Exception mistake)
        {
            lines.Say($"{who} failed: {mistake.Message}");
        }
    }
}
