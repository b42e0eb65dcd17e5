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

    /// <summary>Begins; null where nothing is signed. Throws <see cref="AuditKeyException"/> when the key can't be used.</summary>
    internal static async Task<Sealing?> StartAsync(
        ServeOptions options, AuditSpool spool, AuditOrigin origin, IKubernetesClient? client, TimeProvider time, ILoggerFactory loggers, CancellationToken cancellation)
    {
        if (!options.SignsAudit) return null;
        var logger = loggers.CreateLogger("Coral.Audit.Checkpoints");
        var keys = options.AuditKey is { } file
            ? AuditKeyFile.Open(file, logger).Current
            : await SecretAuditKey.LoadOrCreateAsync(client!, options.Service.Namespace, logger, cancellation);
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
