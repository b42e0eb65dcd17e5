using System.Security.Cryptography;
using Coral.Certs;
using Coral.NodeAgent.Collectors.Running;
using Coral.NodeAgent.Serving;

namespace Coral.NodeAgent.LocalApi;

/// <summary>The life of an agent with an API of its own: it answers at once, then its collectors run until it is told to stop.</summary>
/// <param name="options">The collectors.</param>
/// <param name="events">Where they put what they see.</param>
/// <param name="pod">The agent's own pod, or null.</param>
/// <param name="access">Who may read.</param>
/// <param name="say">Takes a line for the log.</param>
/// <param name="time">The clock.</param>
internal sealed class VmProcess(EngineOptions options, RecentEvents events, OwnPod? pod, IApiAccess access, Action<string> say, TimeProvider time)
{
    /// <summary>Returns the exit code when it was told to stop or its collectors can't run.</summary>
    /// <exception cref="IOException">The address can't be listened on.</exception>
    internal async Task<int> RunAsync(ListenPlace place, ServingCertificate? certificate, CancellationToken stop)
    {
        var engine = new CollectorEngine(options, [events], say, time);
        var pages = new ApiPages(options.Origin.Node!, events, new EventJson(BitConverter.ToUInt64(RandomNumberGenerator.GetBytes(sizeof(ulong))), pod), () => engine.Collectors, access, time.GetUtcNow(), time);
        await using var server = await AgentServer.StartAsync(place, certificate, pages.AnswerAsync);
        say($"the API is at {(certificate is null ? "http" : "https")}://{place}/api/events");
        if (!options.Collectors.IsEmpty) return await engine.RunAsync(stop);
        try
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Told to stop.
        }

        return CollectorEngine.Done;
    }
}
