using Coral.Kubernetes;

namespace Coral.Cli.Uninstall;

/// <summary>Our agents and webhooks, which write again what is removed while they run.</summary>
internal sealed class OwnPods(Changes changes, UninstallChoice choice, TimeProvider time, Action<string> say)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly ListOptions ours = new()
    {
        Namespace = choice.Namespace,
        LabelSelector = "app.kubernetes.io/name in (coral-agent, coral-webhook)",
        FieldSelector = "status.phase!=Succeeded,status.phase!=Failed",
    };

    /// <summary>Waits until none runs; one that still does when the time is over is a problem. Whether there was anything to wait for.</summary>
    internal async Task<bool> WaitAsync(CancellationToken cancellation)
    {
        if (choice.DryRun) return false;
        var start = time.GetTimestamp();
        var waited = false;
        while (await NamesAsync(cancellation) is { Count: > 0 } names)
        {
            var list = string.Join(", ", names.Take(3)) + (names.Count > 3 ? $" and {names.Count - 3} more" : "");
            if (time.GetElapsedTime(start) >= choice.Wait)
            {
                changes.AddProblem("own pods", $"{list} in namespace {choice.Namespace} still run{(names.Count == 1 ? "s" : "")} and will write anew what is removed: delete the DaemonSet coral-agent and the webhook first, then run this again");
                return waited;
            }

            if (!waited) say($"waiting for {list} in namespace {choice.Namespace} to end ...");
            waited = true;
            await Task.Delay(Interval, time, cancellation);
        }

        return waited;
    }

    private async Task<List<string>> NamesAsync(CancellationToken cancellation) =>
        await changes.ListAsync(ApiResource.Pods, ours, cancellation).Select(pod => NamespacedName.Of(pod).Name).ToListAsync(cancellation);
}
