using System.Collections.Immutable;
using Coral.NodeAgent.Collectors.Running;

namespace Coral.NodeAgent.Collectors.Metrics;

/// <summary>Whether a node's agent does what it is there for. Thread safe.</summary>
internal sealed class AgentHealth
{
    private volatile bool isPublished;

    /// <summary>The node's report was written.</summary>
    internal void Published() => isPublished = true;

    /// <summary>Ready once the report was written and each collector that was asked for is at work or was left out; with a line for each.</summary>
    internal (bool Ready, string Text) Describe(ImmutableArray<CollectorStatus> collectors)
    {
        var lines = collectors.Select(one => $"{one.Name}: {Word(one.State)}{(one.Reason is { } reason ? $" ({reason})" : "")}").Prepend($"report: {(isPublished ? "published" : "not yet published")}");
        return (isPublished && collectors.All(one => one.State != CollectorState.Waiting), string.Join('\n', lines));
    }

    private static string Word(CollectorState state) => state switch
    {
        CollectorState.Running => "running",
        CollectorState.LeftOut => "left out",
        CollectorState.Ended => "ended",
        _ => "waiting",
    };
}
