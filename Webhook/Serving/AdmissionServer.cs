using System.Net;
using Coral.Certs;
using Coral.Webhook.Admission;
using Coral.Webhook.Settings;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Webhook.Serving;

/// <summary>
/// Kestrel with two doors: admission over TLS, HTTP/1.1 and HTTP/2, and the status pages in plain HTTP. No router and no middleware stand between a
/// connection and the handler: there are two paths, and every microsecond there is paid for each pod.
/// </summary>
internal sealed class AdmissionServer : IAsyncDisposable
{
    /// <summary>For answers in flight when the process stops.</summary>
    private static readonly TimeSpan FinishWithin = TimeSpan.FromSeconds(10);

    private readonly WebApplication application;

    private AdmissionServer(WebApplication application) => this.application = application;

    internal static async Task<AdmissionServer> StartAsync(
        ServeOptions options, ServingCertificate certificate, AdmissionHandler handler, StatusPages pages, Readiness readiness, ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddSingleton<ILoggerFactory>(new HostLoggers(loggers));
        builder.Services.AddLogging();
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => Configure(kestrel, options, certificate));
        var application = builder.Build();
        application.Run(context => Route(context, options, handler, pages, readiness));
        await application.StartAsync();
        return new AdmissionServer(application);
    }

    /// <summary>Takes no new connections, tells the open ones to go (GOAWAY on HTTP/2), and waits for answers in flight.</summary>
    internal async Task StopAsync()
    {
        using var patience = new CancellationTokenSource(FinishWithin);
        await application.StopAsync(patience.Token);
    }

    public ValueTask DisposeAsync() => application.DisposeAsync();

    private static void Configure(KestrelServerOptions kestrel, ServeOptions options, ServingCertificate certificate)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = AdmissionHandler.MostBodyBytes;
        kestrel.Listen(options.Listen, listen =>
        {
            listen.Protocols = HttpProtocols.Http1AndHttp2;
            listen.UseHttps(new HttpsConnectionAdapterOptions { ServerCertificate = certificate.Certificate, ServerCertificateChain = certificate.Chain });
        });
        if (options.MetricsListen is { } metrics) kestrel.Listen(metrics, listen => listen.Protocols = HttpProtocols.Http1);
    }

    private static Task Route(HttpContext context, ServeOptions options, AdmissionHandler handler, StatusPages pages, Readiness readiness)
    {
        var path = context.Request.Path.Value;
        var plain = !context.Request.IsHttps;
        // A client that keeps its connection would go on to send into a server that is leaving; HTTP/2 has GOAWAY for that.
        if (readiness.IsDraining && context.Request.Protocol == "HTTP/1.1") context.Response.Headers.Connection = "close";
        return path switch
        {
            "/mutate" when !plain => handler.MutateAsync(context),
            "/validate" when !plain => handler.ValidateAsync(context),
            "/healthz" => StatusPages.HealthAsync(context),
            "/readyz" => pages.ReadyAsync(context),
            "/metrics" when plain => pages.MetricsAsync(context),
            _ => NotFound(context, options),
        };
    }

    /// <summary>Our loggers, without the one by which the host starts an activity and a scope for each request, whether anybody logs or not.</summary>
    private sealed class HostLoggers(ILoggerFactory inner) : ILoggerFactory
    {
        public ILogger CreateLogger(string categoryName) => categoryName == "Microsoft.AspNetCore.Hosting.Diagnostics" ? NullLogger.Instance : inner.CreateLogger(categoryName);

        public void AddProvider(ILoggerProvider provider) => inner.AddProvider(provider);

        public void Dispose()
        {
            // The loggers belong to the process, which needs them after the server.
        }
    }

    private static Task NotFound(HttpContext context, ServeOptions options)
    {
        context.Response.StatusCode = (int)HttpStatusCode.NotFound;
        return context.Response.WriteAsync($"coral: no such page; /mutate, /validate, /healthz and /readyz are on https://{options.Listen}, /metrics on {options.MetricsListen}\n");
    }
}
