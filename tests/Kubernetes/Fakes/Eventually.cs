namespace Coral.Kubernetes.Tests.Fakes;

internal static class Eventually
{
    /// <summary>Waits until the condition holds, doing <paramref name="meanwhile"/> between two looks, and fails after half a minute of real time.</summary>
    public static async Task Is(Func<bool> condition, string what, Action? meanwhile = null)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            if (patience.IsCancellationRequested) Assert.Fail($"not within 30 s: {what}");
            meanwhile?.Invoke();
            await Task.Delay(TimeSpan.FromMilliseconds(2), TimeProvider.System, CancellationToken.None);
        }
    }
}
