using System.Collections.Immutable;

namespace Coral.Audit.Events.Kernel;

/// <summary>A process as the kernel knows it. What is null or default is left out of the document.</summary>
public sealed record ProcessInfo
{
    /// <summary>Its number on the node.</summary>
    public required int Pid { get; init; }

    /// <summary>Its number in its own namespace.</summary>
    public int? VirtualPid { get; init; }

    /// <summary>Names it among all processes of all nodes, also after its number was given away again.</summary>
    public string? EntityId { get; init; }

    /// <summary>The short name, at most 15 characters (<c>comm</c>).</summary>
    public string? Name { get; init; }

    /// <summary>The path of the program.</summary>
    public string? Executable { get; init; }

    /// <summary>The arguments as given, the program's name first. Secrets are taken out when the document is made.</summary>
    public ImmutableArray<string> Arguments { get; init; }

    /// <summary>How many arguments there were, where not all are in <see cref="Arguments"/>.</summary>
    public int? ArgumentCount { get; init; }

    /// <summary>Its folder.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>When it began.</summary>
    public DateTimeOffset? Start { get; init; }

    /// <summary>When it ended.</summary>
    public DateTimeOffset? End { get; init; }

    /// <summary>Its exit code, or 128 and the number of the signal.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Who made it.</summary>
    public ParentProcess? Parent { get; init; }

    /// <summary>The entity id of the first process of its container or session.</summary>
    public string? EntryLeader { get; init; }

    /// <summary>The number of its user.</summary>
    public uint? UserId { get; init; }

    /// <summary>Its effective capabilities, such as <c>CAP_BPF</c>.</summary>
    public ImmutableArray<string> Capabilities { get; init; }
}

/// <summary>The process that made another one.</summary>
public sealed record ParentProcess(int Pid, string? EntityId = null, string? Name = null, string? Executable = null);
