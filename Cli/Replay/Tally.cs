using Coral.Policies.Recording;

namespace Coral.Cli.Replay;

/// <summary>Decisions that changed in the same way. <see cref="Example"/> is the newest.</summary>
internal sealed record ChangeGroup(Replayed Example, string Before, string After, IReadOnlyList<string> Differences, int Count);

/// <summary>Documents that were not decided on again for the same reason. <see cref="Example"/> is the newest.</summary>
internal sealed record ObstacleGroup(ReplayObstacle Obstacle, Replayed Example, int Count);

/// <summary>Counts what came of each document. Keeps one of each group only, however many there are.</summary>
internal sealed class Tally
{
    private readonly Dictionary<string, ChangeGroup> changes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, ObstacleGroup> obstacles = new(StringComparer.Ordinal);

    /// <summary>Documents in all.</summary>
    internal int Read { get; private set; }

    /// <summary>Documents that are none, or damaged; not among <see cref="Read"/>.</summary>
    internal int Unreadable { get; private set; }

    /// <summary>Those that were decided on again.</summary>
    internal int Replayed { get; private set; }

    /// <summary>Those of them that the API server had thrown away.</summary>
    internal int DryRuns { get; private set; }

    internal int Changed { get; private set; }

    internal int Same => Replayed - Changed;

    /// <summary>The largest first.</summary>
    internal IEnumerable<ChangeGroup> Changes => changes.OrderByDescending(pair => pair.Value.Count).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Value);

    /// <summary>The largest first.</summary>
    internal IEnumerable<ObstacleGroup> Obstacles => obstacles.Values.OrderByDescending(group => group.Count).ThenBy(group => group.Obstacle.Code, StringComparer.Ordinal);

    internal void AddUnreadable() => Unreadable++;

    internal void Add(Replayed item)
    {
        Read++;
        if (item.Obstacle is { } obstacle)
        {
            var known = obstacles.GetValueOrDefault(obstacle.Code) ?? new ObstacleGroup(obstacle, item, 0);
            obstacles[obstacle.Code] = known with { Count = known.Count + 1 };
            return;
        }

        Replayed++;
        if (item.DryRun) DryRuns++;
        var differences = item.Differences;
        if (differences.Count == 0) return;
        Changed++;
        var (before, after) = (item.Before!.Summary, item.After!.Summary);
        // What else differs follows from another ending; where the ending is the same, it is all there is to say.
        var shown = before == after ? differences : [.. differences.Where(name => name is "outcome" or "variant" or "reason")];
        var key = $"{before}\n{after}\n{string.Join(',', shown)}";
        var group = changes.GetValueOrDefault(key) ?? new ChangeGroup(item, before, after, shown, 0);
        changes[key] = group with { Count = group.Count + 1 };
    }
}
