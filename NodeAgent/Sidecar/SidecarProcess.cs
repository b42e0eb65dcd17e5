using System.Collections.Frozen;
using Coral.NodeAgent.Capabilities;
using Coral.NodeAgent.Serving;

namespace Coral.NodeAgent.Sidecar;

/// <summary>A sidecar's life: it answers at once, finds out what it can do, says it, and waits to be told to stop.</summary>
/// <param name="begun">What it knows before the trials.</param>
/// <param name="runner">Makes the trials.</param>
/// <param name="collectors">What it collects; null where nothing is asked for.</param>
/// <param name="say">Takes a line for the log.</param>
internal sealed class SidecarProcess(SidecarStatus begun, TrialRunner runner, SidecarCollectors? collectors, Action<string> say)
{
    private volatile SidecarStatus? current;

    /// <summary>Returns when it is told to stop.</summary>
    /// <exception cref="IOException">The address can't be listened on.</exception>
    internal async Task RunAsync(ListenPlace listen, CancellationToken stop)
    {
        await using var server = await AgentServer.StartAsync(listen, certificate: null, context => SidecarPages.AnswerAsync(context, () => current ?? begun, () => collectors?.Collectors));
        say($"sidecar of {begun.Identity.Namespace ?? "-"}/{begun.Identity.Pod ?? "-"} on {begun.Identity.Node ?? "-"}: the agent API is on port {listen.Port}");
        try
        {
            var trials = SidecarStatus.CanTry(begun.Capabilities)
                ? (await runner.RunAsync([.. FactCatalogue.All.Select(fact => fact.Name)], null, stop)).Trials
                : FrozenDictionary<string, Trial>.Empty;
            current = begun.With(trials);
            foreach (var line in SidecarStatusDocument.Lines(current)) say(line);
            await CollectAsync(current, stop);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            say("told to stop");
        }
    }

    private Task CollectAsync(SidecarStatus status, CancellationToken stop)
    {
        if (collectors is null) return Task.CompletedTask;
        if (SidecarStatus.CanTry(status.Capabilities)) return collectors.RunAsync(stop);
        collectors.LeaveOut($"{status.Identity.VariantName} {status.Degraded.First(feature => feature.Feature == SidecarStatus.Ebpf).Why}");
        return Task.CompletedTask;
    }
}
