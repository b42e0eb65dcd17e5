using Coral.Audit.Chain.Checkpoints;
using Coral.Audit.Events;
using Coral.Audit.Spool;
using Coral.Kubernetes;
using Coral.Webhook.Settings;
using Microsoft.Extensions.Logging;

namespace Coral.Webhook.Recording;

/// <summary>The part of the process that signs checkpoints, with the key and the second places that the options name.</summary>
internal sealed class Sealing : IAsyncDisposable
{
    private readonly AuditCheckpointer checkpointer;
    private readonly CancellationTokenSource stop = new();
    private readonly TimeProvider time;
    private readonly Task running;

    private Sealing(AuditCheckpointer checkpointer, TimeProvider time)
    {
        this.checkpointer = checkpointer;
        this.time = time;
        running = checkpointer.RunAsync(stop.Token);
    }

    internal CheckpointCounts Counts => checkpointer.Counts;

    internal TimeSpan Age => time.GetUtcNow() - checkpointer.Counts.Last;

    /// <summary>Begins; null where nothing is signed. Throws <see cref="AuditKeyException"/> when a key's file can't be used; a Secret is waited for beside the path.</summary>
    internal static Sealing? Start(
        ServeOptions options, AuditSpool spool, AuditOrigin origin, IKubernetesClient? client, TimeProvider time, ILoggerFactory loggers)
    {
        if (!options.SignsAudit) return null;
        var logger = loggers.CreateLogger("Coral.Audit.Checkpoints");
        Func<ValueTask<AuditKeys?>> keys = options.AuditKey is { } file
            ? AuditKeyFile.Open(file, logger).CurrentAsync
            : new SecretAuditKey(client!, options.Service.Namespace, time, logger).CurrentAsync;
        var places = new List<ICheckpointPlace>();
        if (options.CheckpointDir is { } folder) places.Add(new CheckpointFolder(folder));
        if (options.Register == Register.Service) places.Add(new LeaseCheckpoints(client!, options.Service.Namespace, origin.Node ?? ""));
        return new Sealing(new AuditCheckpointer(spool, origin, keys, new CheckpointOptions { Places = places }, time, logger), time);
    }

    /// <summary>Returns after the last checkpoint is on the disk. Stop what records decisions before. May be called again.</summary>
    internal async Task StopAsync()
    {
        await stop.CancelAsync();
        await running;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        stop.Dispose();
    }
}
