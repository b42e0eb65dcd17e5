using System.Reflection;
using Coral.Audit;
using Coral.Audit.Events;
using Coral.Audit.Shipping;
using Coral.Audit.Spool;
using Microsoft.Extensions.Logging;

namespace Coral.NodeAgent.Journal;

/// <summary>The spools of this node and what ships them, from the start of the agent to its end: one for what must not be lost and, where collectors run, one below it for samples.</summary>
internal sealed class AuditPipeline : IAsyncDisposable
{
    /// <summary>Where samples are, in the folder of the spool.</summary>
    internal const string SamplesFolder = "samples";

    // Samples may be lost with the machine: a sync for each handful of them would cost more than all else.
    private static readonly TimeSpan SamplesSync = TimeSpan.FromMilliseconds(200);

    private readonly List<(AuditSpool Spool, AuditShipper? Shipper, Task Shipping)> spools = [];
    private readonly CancellationTokenSource stop = new();

    /// <param name="options">Where documents go.</param>
    /// <param name="node">The node's name.</param>
    /// <param name="withSamples">Whether collectors will have documents.</param>
    /// <param name="log">Where the journal goes too.</param>
    /// <param name="say">Takes a line for people.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Takes warnings of spool and shipper.</param>
    /// <exception cref="SpoolUnavailableException">A folder can't be written, or another process has it open.</exception>
    internal AuditPipeline(AuditOptions options, string node, bool withSamples, INodeJournal log, Action<string> say, TimeProvider time, ILogger logger)
    {
        var version = typeof(AuditPipeline).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion;
        var origin = new AuditOrigin { Service = "coral-agent", Version = version, Node = node, ClusterName = options.Cluster };
        var spool = Open(options.SpoolOptions with { Origin = origin });
        Journal = new AuditJournal(spool, origin, log, say, time);
        try
        {
            if (withSamples)
            {
                Samples = Open(options.SpoolOptions with
                {
                    Directory = Path.Combine(options.Spool, SamplesFolder),
                    Class = StreamClass.Samples,
                    MaxBytes = options.SamplesMaxBytes,
                    SegmentBytes = Math.Min(16L * 1024 * 1024, options.SamplesMaxBytes / 4),
                    SyncInterval = SamplesSync,
                    Origin = origin,
                });
            }
        }
        catch (SpoolUnavailableException)
        {
            // Opened a moment ago, and nothing is in it yet.
            DisposeAsync().AsTask().GetAwaiter().GetResult();
            throw;
        }

        AuditSpool Open(SpoolOptions how)
        {
            var opened = AuditSpool.Open(how, time, logger);
            var shipper = options.Search is { } server ? new AuditShipper(opened, server, time, logger) : null;
            spools.Add((opened, shipper, shipper?.RunAsync(stop.Token) ?? Task.CompletedTask));
            return opened;
        }
    }

    internal AuditJournal Journal { get; }

    /// <summary>The spool of samples, or null.</summary>
    internal AuditSpool? Samples { get; }

    /// <summary>All spools, with what ships each.</summary>
    internal IEnumerable<(AuditSpool Spool, AuditShipper? Shipper)> Spools => spools.Select(one => (one.Spool, one.Shipper));

    /// <summary>Ships what can be shipped in a few seconds; the rest stays in the spools for the next start.</summary>
    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        foreach (var (_, _, shipping) in spools) await shipping;
        foreach (var (spool, shipper, _) in spools)
        {
            shipper?.Dispose();
            await spool.DisposeAsync();
        }

        stop.Dispose();
    }
}
