using Coral.NodeAgent.Capabilities;

namespace Coral.NodeAgent.Publishing;

/// <summary>Probes at the start, once a day and when the kubelet was started anew, and keeps the report fresh in between. Failures to publish are said and tried again.</summary>
/// <param name="probe">Makes a probe.</param>
/// <param name="publish">Writes its outcome, also again.</param>
/// <param name="kubelet">Something that changes when the kubelet is started anew; seen at each renewal.</param>
/// <param name="say">Takes a line for the log.</param>
/// <param name="time">The clock.</param>
/// <param name="jitter">A number from 0 to 1 for each waiting time, so that the agents of a cluster don't write at the same moment.</param>
internal sealed class NodeLoop(
    Func<CancellationToken, Task<ProbeOutcome>> probe, Func<ProbeOutcome, CancellationToken, Task> publish, Func<string> kubelet, Action<string> say, TimeProvider time, Func<double> jitter)
{
    private static readonly TimeSpan Renewal = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(15);

    /// <summary>Runs until it is cancelled.</summary>
    internal async Task RunAsync(CancellationToken cancellation)
    {
        var seen = kubelet();
        var outcome = await probe(cancellation);
        while (true)
        {
            var published = await TryPublishAsync(outcome, cancellation);
            // From 90 to 100 percent: never later than the reader expects.
            await Task.Delay((published ? Renewal : Retry) * (1 - (jitter() / 10)), time, cancellation);
            var now = kubelet();
            if (now != seen || time.GetUtcNow() - outcome.ObservedAt >= Day) outcome = await probe(cancellation);
            seen = now;
        }
    }

    private async Task<bool> TryPublishAsync(ProbeOutcome outcome, CancellationToken cancellation)
    {
        try
        {
            await publish(outcome, cancellation);
            return true;
        }
        catch (Exception failure) when (!cancellation.IsCancellationRequested)
        {
            say($"the report of node {outcome.Node} could not be published: {failure.Message}");
            return false;
        }
    }
}
