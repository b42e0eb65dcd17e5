using System.Net.Http.Headers;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Coral.Cli.Inputs;
using Coral.Cli.Patching;

namespace Coral.Cli.Review;

/// <summary>Speaks to one webhook over TLS. Failures are <see cref="HttpRequestException"/> with one line for a person.</summary>
internal sealed class WebhookClient : IDisposable
{
    /// <summary>As long as an API server waits at most.</summary>
    private static readonly TimeSpan MostWait = TimeSpan.FromSeconds(30);

    private readonly Uri url;
    private readonly HttpClient http;

    private WebhookClient(Uri url, X509Certificate2Collection? roots)
    {
        this.url = url;
        var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5), UseProxy = false };
        if (roots is not null)
        {
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }

        http = new HttpClient(handler) { Timeout = MostWait };
    }

    /// <summary>Throws <see cref="BadInputException"/> with every mistake of the two options.</summary>
    internal static WebhookClient Create(string? webhook, string? caFile)
    {
        var problems = new Problems();
        Uri? url = null;
        if (webhook is null) problems.Add("--webhook is needed: the URL of a running webhook, such as https://127.0.0.1:8443");
        else if (!Uri.TryCreate(webhook, UriKind.Absolute, out url) || url.Scheme != "https") problems.Add($"--webhook is \"{webhook}\"; it must be an https URL, such as https://127.0.0.1:8443");
        var roots = caFile is null ? null : problems.Try(() => Roots(caFile));
        problems.ThrowIfAny();
        return new WebhookClient(url!.AbsolutePath == "/" ? new Uri(url, "/mutate") : url, roots);
    }

    public void Dispose() => http.Dispose();

    internal async Task<ReviewAnswer> AskAsync(InputObject item, string ns, CancellationToken cancellation)
    {
        var request = new ReviewRequest(item, ns);
        using var content = new ByteArrayContent(request.ToBytes());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        byte[] body;
        try
        {
            using var response = await http.PostAsync(url, content, cancellation);
            body = await response.Content.ReadAsByteArrayAsync(cancellation);
            if (!response.IsSuccessStatusCode) throw new HttpRequestException($"the webhook {url} answered {(int)response.StatusCode} to {item.Label}: {FirstLine(System.Text.Encoding.UTF8.GetString(body))}");
        }
        catch (HttpRequestException failure) when (failure.InnerException is not null)
        {
            throw new HttpRequestException($"cannot reach the webhook {url}: {Cause(failure)}", failure);
        }
        catch (OperationCanceledException late) when (!cancellation.IsCancellationRequested)
        {
            throw new HttpRequestException($"the webhook {url} gave no answer to {item.Label} within {MostWait.TotalSeconds:0} s", late);
        }

        try
        {
            return ReviewAnswer.Read(body, request, item.Label, ns);
        }
        catch (Exception odd) when (odd is JsonException or JsonPatchException)
        {
            throw new HttpRequestException($"the webhook {url} gave an answer to {item.Label} that cannot be read: {FirstLine(odd.Message)}", odd);
        }
    }

    private static X509Certificate2Collection Roots(string file)
    {
        try
        {
            var roots = new X509Certificate2Collection();
            roots.ImportFromPemFile(file);
            return roots.Count > 0 ? roots : throw new BadInputException($"--ca-file {file}: there is no PEM certificate in it");
        }
        catch (Exception mistake) when (mistake is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new BadInputException($"--ca-file {file}: {FirstLine(mistake.Message)}");
        }
    }

    private static string Cause(HttpRequestException failure)
    {
        for (Exception? cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is AuthenticationException) return $"its certificate is not trusted ({FirstLine(cause.Message)}); --ca-file names the CA that signed it";
            if (cause is SocketException { SocketErrorCode: SocketError.ConnectionRefused }) return "connection refused; is it running there?";
            if (cause.InnerException is null) return FirstLine(cause.Message);
        }

        return FirstLine(failure.Message);
    }

    private static string FirstLine(string text) => text.Split('\n')[0].Trim() is { Length: > 0 } line ? line[..Math.Min(line.Length, 200)] : "no explanation";
}
