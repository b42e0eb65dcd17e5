using System.Buffers;
using System.Net;
using System.Text.Json;
using Coral.Certs;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Hosting;

namespace Coral.Bench.Floor;

/// <summary>
/// The least that a webhook on our stack can be: Kestrel over TLS with the same protocols and certificates, one handler that parses the review and admits
/// it. Whatever the webhook costs beyond this is ours.
/// </summary>
internal static class FloorServer
{
    /// <summary>Serves until SIGTERM.</summary>
    internal static async Task<int> RunAsync(string listen, string certificateFolder)
    {
        if (!IPEndPoint.TryParse(listen, out var endpoint) || !IPAddress.IsLoopback(endpoint.Address))
        {
            await Console.Error.WriteLineAsync($"Coral.Bench: --listen is \"{listen}\"; it must be a loopback ADDRESS:PORT");
            return 2;
        }

        using var certificate = new CertificateFolder(certificateFolder, TimeProvider.System).LoadOrCreate(ServingNames.Of("localhost", "127.0.0.1")).Serving;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Listen(endpoint, options =>
            {
                options.Protocols = HttpProtocols.Http1AndHttp2;
                options.UseHttps(new HttpsConnectionAdapterOptions { ServerCertificate = certificate.Certificate, ServerCertificateChain = certificate.Chain });
            });
        });
        await using var application = builder.Build();
        application.Run(AdmitAsync);
        await application.RunAsync();
        return 0;
    }

    private static async Task AdmitAsync(HttpContext context)
    {
        var reader = context.Request.BodyReader;
        var result = await reader.ReadAsync(context.RequestAborted);
        while (!result.IsCompleted)
        {
            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            result = await reader.ReadAsync(context.RequestAborted);
        }

        var answer = Answer(result.Buffer);
        reader.AdvanceTo(result.Buffer.End);
        context.Response.ContentType = "application/json";
        context.Response.ContentLength = answer.WrittenCount;
        await context.Response.BodyWriter.WriteAsync(answer.WrittenMemory, context.RequestAborted);
    }

    private static ArrayBufferWriter<byte> Answer(ReadOnlySequence<byte> body)
    {
        using var review = JsonDocument.Parse(body);
        var answer = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(answer, new JsonWriterOptions { SkipValidation = true });
        json.WriteStartObject();
        json.WriteString("kind"u8, "AdmissionReview"u8);
        json.WriteString("apiVersion"u8, "admission.k8s.io/v1"u8);
        json.WriteStartObject("response"u8);
        json.WriteString("uid"u8, review.RootElement.GetProperty("request"u8).GetProperty("uid"u8).GetString());
        json.WriteBoolean("allowed"u8, true);
        json.WriteEndObject();
        json.WriteEndObject();
        json.Flush();
        return answer;
    }
}
