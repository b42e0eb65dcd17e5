using System.Collections.Immutable;
using Coral.Audit.Events;
using Coral.NodeAgent.Collectors.Workloads;

namespace Coral.NodeAgent.Collectors.Running;

/// <summary>What an engine is asked for.</summary>
internal sealed record EngineOptions
{
    /// <summary>How many records a second one control group may send, where nothing else is asked for.</summary>
    internal const int DefaultRate = 1000;

    /// <summary>How many bytes of the kernel's memory all maps may take, where nothing else is asked for.</summary>
    internal const long DefaultMemory = 64L * 1024 * 1024;

    /// <summary>How long a window is, where nothing else is asked for.</summary>
    internal static readonly TimeSpan DefaultWindow = TimeSpan.FromSeconds(10);

    /// <summary>Which collectors, each once, in the order in which they are loaded.</summary>
    internal required ImmutableArray<string> Collectors { get; init; }

    /// <summary>Whether a collector that the kernel refuses, or for which <see cref="MaxMemory"/> is too small, is left out with its reason; else it ends the engine.</summary>
    internal bool LeavesOut { get; init; }

    /// <summary>For how long; null until it is told to stop.</summary>
    internal TimeSpan? Length { get; init; }

    /// <summary>After how long sums become documents and begin anew; null only at the end.</summary>
    internal TimeSpan? Window { get; init; }

    /// <summary>How many records a second one control group may send; 0 for no limit.</summary>
    internal int Rate { get; init; } = DefaultRate;

    /// <summary>Whether each request of HTTP has a record with its path; else only those that stand out, without it.</summary>
    internal bool HttpRecords { get; init; }

    /// <summary>Bytes of the kernel's memory that all maps together may take.</summary>
    internal long MaxMemory { get; init; } = DefaultMemory;

    /// <summary>Who knows the pods of containers; null where only paths of control groups tell.</summary>
    internal IWorkloads? Workloads { get; init; }

    /// <summary>Whether only what happens in the pod of this process is told; outside of pods, in its control group.</summary>
    internal bool OwnPodOnly { get; init; }

    /// <summary>In whose name documents are written; its node is that of all containers.</summary>
    internal required AuditOrigin Origin { get; init; }
}
