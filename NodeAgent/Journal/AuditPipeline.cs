using System.Reflection;
using Coral.Audit.Events;
using Coral.Audit.Shipping;
using Coral.Audit.Spool;
using Microsoft.Extensions.Logging;

namespace Coral.NodeAgent.Journal;

/// <summary>The spool of this node and what ships it, from the start of the agent to its end.</summary>
internal sealed class AuditPipeline : IAsyncDisposable
{
    private readonly AuditSpool spool;
    private readonly AuditShipper? shipper;
    private readonly CancellationTokenSource stop = new();
    private readonly Task shipping;

    /// <exception cref="SpoolUnavailableException">The folder can't be written, or another process has it open.</exception>
    internal AuditPipeline(AuditOptions options, string node, INodeJournal log, Action<string> say, TimeProvider time, ILogger logger)
    {
        var version = typeof(AuditPipeline).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        var origin = new AuditOrigin { Service = "coral-agent", Version = version, Node = node, ClusterName = options.Cluster };
        spool = AuditSpool.Open(options.SpoolOptions with { Origin = origin }, time, logger);
        shipper = options.Search is { } server ? new AuditShipper(spool, server, time, logger) : null;
        shipping = shipper?.RunAsync(stop.Token) ?? Task.CompletedTask;
        Journal = new AuditJournal(spool, origin, log, say, time);
    }

    internal AuditJournal Journal { get; }

    /// <summary>Ships what can be shipped in a few seconds; the rest stays in the spool for the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await shipping;
        shipper?.Dispose();
        await spool.DisposeAsync();
        stop.Dispose();
    }
}
