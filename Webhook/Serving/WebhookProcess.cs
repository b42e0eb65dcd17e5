using System.Runtime.InteropServices;
using Coral.Audit.Chain.Checkpoints;
using Coral.Audit.Events;
using Coral.Audit.Shipping;
using Coral.Audit.Spool;
using Coral.Certs;
using Coral.Kubernetes;
using Coral.Policies;
using Coral.Policies.Bundles;
using Coral.Webhook.Admission;
using Coral.Webhook.Facts;
using Coral.Webhook.Health;
using Coral.Webhook.Recording;
using Coral.Webhook.Registration;
using Coral.Webhook.Settings;
using Microsoft.Extensions.Logging;

namespace Coral.Webhook.Serving;

/// <summary>The life of one webhook process: facts, certificates, spool, server, registration; and back in the opposite order.</summary>
internal static class WebhookProcess
{
    /// <summary>Longer than kube-proxies and API servers take to forget an endpoint that is not ready.</summary>
    private static readonly TimeSpan ServiceDrain = TimeSpan.FromSeconds(3);

    /// <summary>Runs until a signal. Returns the exit code; mistakes of configuration are one line each on standard error.</summary>
    internal static async Task<int> RunAsync(ServeOptions options, CancellationToken cancellation)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var terminate = OnSignal(PosixSignal.SIGTERM, stop);
        using var interrupt = OnSignal(PosixSignal.SIGINT, stop);
        using var loggers = Logging.Create(options);
        try
        {
            await ServeAsync(options, TimeProvider.System, loggers, stop.Token);
            return ExitCodes.Done;
        }
        catch (Exception exception) when (Explain(exception, options) is { } known)
        {
            foreach (var line in known.Lines) await Console.Error.WriteLineAsync($"coral-webhook: {line}");
            return known.Code;
        }
    }

    private static async Task ServeAsync(ServeOptions options, TimeProvider time, ILoggerFactory loggers, CancellationToken stopping)
    {
        var logger = loggers.CreateLogger("Coral.Webhook");
        if (options.Search?.Access.Problems() is { Count: > 0 } problems) throw new IOException(string.Join("; ", problems));
        var address = options.Register == Register.Service
            ? (ClientAddress)new ClientAddress.Service(options.Service.Namespace, options.Service.Name, options.Service.Port)
            : new ClientAddress.Url("https://" + options.Advertise);
        using var background = new CancellationTokenSource();
        var preparing = Task.Run(DecisionEngine.Prepare, CancellationToken.None);

        using var cluster = options.Standalone is null ? await Cluster.ConnectAsync(options, time, loggers, stopping) : null;
        using var standalone = options.Standalone is { } folder ? StandaloneFacts.Read(folder, options.ServerVersion, time, loggers) : null;
        var source = (IFactsSource?)cluster?.Facts ?? standalone!;
        var following = cluster?.Facts.RunAsync(background.Token) ?? Task.CompletedTask;

        var certificates = await SettleAsync(options, cluster, time, stopping);
        using var serving = certificates.Serving;
        if (certificates.Made is not null) logger.CertificatesMade(certificates.Made);

        var origin = new AuditOrigin { Service = "coral-webhook", Version = ProductVersion.Text, Node = Environment.MachineName, ClusterName = options.Cluster, ClusterId = cluster?.Id };
        await using var spool = AuditSpool.Open(SpoolOf(options, origin), time, loggers.CreateLogger("Coral.Audit.Spool"));
        origin = origin with { ClusterId = cluster?.Id ?? spool.ClusterId };
        using var shipper = options.Search is null ? null : new AuditShipper(spool, options.Search, time, loggers.CreateLogger("Coral.Audit.Shipper"));
        var shipping = shipper?.RunAsync(background.Token) ?? Task.CompletedTask;
        await using var sealer = Sealing.Start(options, spool, origin, cluster?.Client, time, loggers);

        var metrics = new AdmissionMetrics();
        var readiness = new Readiness(source, () => shipper?.Status);
        var handler = new AdmissionHandler(new DecisionEngine(), source, new DecisionRecorder(spool, origin, time), metrics, time, loggers.CreateLogger("Coral.Webhook.Admission"));
        var pages = new StatusPages(readiness, () => MetricsPage.Write(metrics, source.Policies, spool, shipper, sealer?.Counts ?? default, sealer?.Age ?? TimeSpan.Zero));
        await using var server = await AdmissionServer.StartAsync(options, serving, handler, pages, readiness, loggers);

        var registrar = cluster is null ? null : new Registrar(cluster.Client, logger);
        try
        {
            await WaitForFactsAsync(source, following, time, stopping);
            await preparing;
            if (options.Register != Register.None) await registrar!.RegisterAsync(address, serving.CaBundlePem, stopping);
            readiness.Registered();
            logger.Ready($"https://{options.Listen}");
            await UntilAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // Asked to stop before it was ready.
        }
        finally
        {
            logger.Draining();
            readiness.Drain();
            if (options.Register == Register.Url)
            {
                using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5), time);
                await registrar!.UnregisterAsync(patience.Token);
            }

            if (options.Register == Register.Service) await Task.Delay(ServiceDrain, time, CancellationToken.None);
            await server.StopAsync();
            // After the last decision, and before the last shipping.
            if (sealer is not null) await sealer.StopAsync();
            await background.CancelAsync();
            await Task.WhenAll(following, shipping);
            logger.Stopped();
        }
    }

    private static async Task<SettledCertificates> SettleAsync(ServeOptions options, Cluster? cluster, TimeProvider time, CancellationToken cancellation)
    {
        if (options.Register == Register.Service)
        {
            var (scope, name, _) = options.Service;
            var names = ServingNames.Of($"{name}.{scope}.svc", $"{name}.{scope}.svc.cluster.local", $"{name}.{scope}", name);
            return await new SecretCertificates(cluster!.Client, time, scope).LoadOrCreateAsync(names, cancellation);
        }

        var host = new Uri("https://" + options.Advertise).Host;
        return new CertificateFolder(options.CertDir, time).LoadOrCreate(ServingNames.Of(new[] { host, "localhost", "127.0.0.1" }.Distinct()));
    }

    private static SpoolOptions SpoolOf(ServeOptions options, AuditOrigin origin) => new()
    {
        Directory = options.Spool,
        Sync = options.AuditSync,
        MaxBytes = options.SpoolMaxBytes,
        MaxAge = options.SpoolMaxAge,
        Keep = options.SpoolKeep,
        HasShipper = options.Search is not null,
        Origin = origin,
    };

    private static async Task WaitForFactsAsync(IFactsSource source, Task following, TimeProvider time, CancellationToken cancellation)
    {
        while (source.Current is null)
        {
            if (following.IsCompleted) await following;
            await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellation);
        }
    }

    private static async Task UntilAsync(CancellationToken stopping)
    {
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = stopping.Register(ended.SetResult);
        await ended.Task;
    }

    private static PosixSignalRegistration OnSignal(PosixSignal signal, CancellationTokenSource stop) => PosixSignalRegistration.Create(signal, context =>
    {
        context.Cancel = true;
        stop.Cancel();
    });

    /// <summary>The lines and the code for what a user can mend; null for a bug of ours.</summary>
    private static (IEnumerable<string> Lines, int Code)? Explain(Exception exception, ServeOptions options) => exception switch
    {
        BundleException bundle => (bundle.Problems.Select(problem => problem.ToString()), ExitCodes.BadInput),
        KubernetesConfigException config => (config.Mistakes, ExitCodes.BadInput),
        CertificateException certificate => (certificate.Problems, ExitCodes.BadInput),
        AuditKeyException key => ([key.Message], ExitCodes.BadInput),
        SpoolUnavailableException spool => ([spool.Message], ExitCodes.BadInput),
        KubernetesUnreachableException unreachable => ([unreachable.Message], ExitCodes.Unreachable),
        KubernetesProtocolException protocol => ([protocol.Message], ExitCodes.Unreachable),
        KubernetesException refused => ([$"the API server refuses: {refused.Message}"], ExitCodes.Unreachable),
        IOException io when io.Message.Contains("address already in use", StringComparison.Ordinal) => ([$"{io.Message.TrimEnd('.')}; choose another by --listen or --metrics-listen"], ExitCodes.BadInput),
        IOException or UnauthorizedAccessException => ([exception.Message], ExitCodes.BadInput),
        System.Net.Sockets.SocketException socket => ([$"cannot listen on {options.Listen} or {options.MetricsListen}: {socket.Message}"], ExitCodes.BadInput),
        _ => null,
    };
}
