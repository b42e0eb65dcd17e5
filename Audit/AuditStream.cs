using System.Collections.Immutable;
using System.Text;

namespace Coral.Audit;

/// <summary>How a stream's documents are kept until they are shipped.</summary>
public enum StreamClass
{
    /// <summary>Chained, and never lost before they are shipped: a spool that is full refuses them.</summary>
    Audit,

    /// <summary>Samples: not chained, and the oldest go, counted, when there are too many.</summary>
    Samples,

    /// <summary>Lines of a program's own log: not chained, in a place of their own; what is there stays until it is shipped, and what finds no room is refused.</summary>
    Logs,
}

/// <summary>A data stream of the search server. The three parts of its name also stand in each of its documents as <c>data_stream.*</c>. There are these and no others; that of programs' logs may have other namespaces.</summary>
public sealed class AuditStream
{
    /// <summary>The number that stands in <c>coral.schema</c>; it grows when a field changes its meaning or type.</summary>
    public const int Schema = 1;

    /// <summary>The third part of each name.</summary>
    public const string Namespace = "default";

    private readonly byte[] nameBytes;

    private AuditStream(string type, string dataset, string shortName, StreamClass @class, string space = Namespace)
    {
        (Type, Dataset, ShortName, Class, Space) = (type, dataset, shortName, @class, space);
        Template = $"{type}-{dataset}";
        Name = $"{Template}-{space}";
        nameBytes = Encoding.ASCII.GetBytes(Name);
    }

    /// <summary>Decisions, control actions, remediations, and what the programs say of themselves.</summary>
    public static AuditStream Audit { get; } = new("logs", "coral.audit", "audit", StreamClass.Audit);

    /// <summary>What nodes have proved, and pods whose node does not hold what was promised.</summary>
    public static AuditStream Node { get; } = new("logs", "coral.node", "node", StreamClass.Audit);

    /// <summary>Services that were found and lost.</summary>
    public static AuditStream Discovery { get; } = new("logs", "coral.discovery", "discovery", StreamClass.Audit);

    /// <summary>What the collectors saw: processes, connections, requests, files.</summary>
    public static AuditStream Ebpf { get; } = new("logs", "coral.ebpf", "ebpf", StreamClass.Samples);

    /// <summary>Measurements of containers and processes.</summary>
    public static AuditStream NodeMetrics { get; } = new("metrics", "coral.node", "metrics", StreamClass.Samples);

    /// <summary>What programs log, by the Serilog sink (docs/decisions/0015).</summary>
    public static AuditStream App { get; } = new("logs", "coral.app", "app", StreamClass.Logs);

    /// <summary>All streams.</summary>
    public static ImmutableArray<AuditStream> All { get; } = [Audit, Node, Discovery, Ebpf, NodeMetrics, App];

    /// <summary>The names of the streams over which a writer's chain goes, as a search takes them: with commas between.</summary>
    public static string ChainedNames { get; } = string.Join(',', All.Where(stream => stream.Class == StreamClass.Audit).Select(stream => stream.Name));

    /// <summary>The whole name, such as <c>logs-coral.audit-default</c>.</summary>
    public string Name { get; }

    /// <summary>The first part: <c>logs</c> or <c>metrics</c>.</summary>
    public string Type { get; }

    /// <summary>The second part, also <c>event.dataset</c>.</summary>
    public string Dataset { get; }

    /// <summary>How its documents are kept.</summary>
    public StreamClass Class { get; }

    /// <summary>The third part: <see cref="Namespace"/>, or what a program's configuration says of its log.</summary>
    internal string Space { get; }

    /// <summary>One word for it: <c>audit</c>, <c>node</c>, <c>discovery</c>, <c>ebpf</c> <c>metrics</c> or <c>app</c>.</summary>
    internal string ShortName { get; }

    /// <summary>The name of its index template, which is for every namespace.</summary>
    internal string Template { get; }

    internal ReadOnlySpan<byte> NameBytes => nameBytes;

    /// <summary>The stream of programs' logs under another namespace: the same template prepares it.</summary>
    internal static AuditStream AppOf(string space) => space == Namespace ? App : new("logs", "coral.app", "app", StreamClass.Logs, space);

    /// <inheritdoc/>
    public override string ToString() => Name;
}
