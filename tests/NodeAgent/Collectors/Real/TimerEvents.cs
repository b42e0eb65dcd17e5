namespace Coral.NodeAgent.Tests.Collectors.Real;

/// <summary>Work of which some events are a timer's.</summary>
internal static class TimerEvents
{
    private const int Attempts = 3;

    /// <summary>
    /// Tries again where an attempt fails. What timers do happens in whatever task they interrupt, and a kernel may keep tracepoints from some: on one virtual machine <c>perf record -a</c> of
    /// <c>inet_sock_set_state</c> had 190 to 202 of the 202 changes of such a work, from run to run. A fault of ours is there each time.
    /// </summary>
    /// <param name="attempt">The work with all that it asserts; nothing of the attempt before may count.</param>
    internal static async Task AttemptAsync(Func<Task> attempt)
    {
        for (var left = Attempts - 1; ; left--)
        {
            try
            {
                await attempt();
                return;
            }
            catch (Xunit.Sdk.XunitException) when (left > 0)
            {
                // Once more.
            }
        }
    }
}
