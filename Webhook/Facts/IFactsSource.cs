using Coral.Policies;

namespace Coral.Webhook.Facts;

/// <summary>Where decisions get their facts from. <see cref="Current"/> is read on every request, from any thread.</summary>
internal interface IFactsSource
{
    /// <summary>The newest snapshot; null until everything was read once.</summary>
    ClusterFacts? Current { get; }

    /// <summary>One line for each thing that facts depend on: what it is, whether it is well, and what it means if not.</summary>
    IEnumerable<HealthLine> Health { get; }

    /// <summary>How the policies stand.</summary>
    PolicyCounts Policies { get; }

    /// <summary>
    /// Asks anew for one namespace that the snapshot does not know or knows otherwise than the API server that sent the request. Returns the snapshot to decide by.
    /// </summary>
    ValueTask<ClusterFacts> RefreshAsync(string namespaceName, CancellationToken cancellation);
}

/// <summary>How many policies apply, and how many objects, or files of a folder, have mistakes and wait to be mended.</summary>
internal readonly record struct PolicyCounts(int Applied, int Invalid);

/// <summary>One line of <c>/readyz</c>.</summary>
internal readonly record struct HealthLine(string Name, bool Well, string Text);
