using Coral.Certs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Coral.NodeAgent.Serving;

/// <summary>HTTP/1.1 for pages of the agent. Whoever reaches it may be hostile, so it takes no body, holds few connections and waits for nobody.</summary>
internal sealed class AgentServer : IAsyncDisposable
{
    private const int MostConnections = 64;

    /// <summary>For answers in flight when the process is told to stop: a pod's deletion waits for us.</summary>
    private static readonly TimeSpan FinishWithin = TimeSpan.FromMilliseconds(300);

    private static readonly TimeSpan HeadWithin = TimeSpan.FromSeconds(5);

    private readonly WebApplication application;

    private AgentServer(WebApplication application) => this.application = application;

    /// <param name="place">Where.</param>
    /// <param name="certificate">For HTTPS; null for plain HTTP. It stays the caller's.</param>
    /// <param name="answer">Answers a request. Called by several threads at once.</param>
    /// <exception cref="IOException">The address is in use or is not ours.</exception>
    internal static async Task<AgentServer> StartAsync(ListenPlace place, ServingCertificate? certificate, RequestDelegate answer)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Limits.MaxConcurrentConnections = MostConnections;
            kestrel.Limits.RequestHeadersTimeout = HeadWithin;
            if (place.Address is null) kestrel.ListenAnyIP(place.Port, Configure);
            else kestrel.Listen(place.Address, place.Port, Configure);
        });
        if (certificate is not null) builder.WebHost.UseKestrelHttpsConfiguration();
        // The host's own would take SIGTERM for itself from here on, before the command line listens to it.
        builder.Services.AddSingleton<IHostLifetime, NoLifetime>();
        var application = builder.Build();
        application.Run(answer);
        try
        {
            await application.StartAsync();
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }

        return new AgentServer(application);

        void Configure(ListenOptions listen)
        {
            listen.Protocols = HttpProtocols.Http1;
            if (certificate is not null) listen.UseHttps(https => (https.ServerCertificate, https.ServerCertificateChain) = (certificate.Certificate, certificate.Chain));
        }
    }

    public async ValueTask DisposeAsync()
    {
        using var patience = new CancellationTokenSource(FinishWithin);
        await application.StopAsync(patience.Token);
        await application.DisposeAsync();
    }

    private sealed class NoLifetime : IHostLifetime
    {
        public Task WaitForStartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }
}
