using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace Coral.Kubernetes;

/// <summary>
/// Makes the connections of both HTTP clients. It does the TLS handshake itself, because the platform's handler sends the URL's host as server name
/// whatever the options say, and because certificates on disk and of plug-ins change while the process runs.
/// </summary>
internal sealed class Connector(ServerTrust trust, ICredentials credentials)
{
    /// <summary>Proxies are not used: neither <c>proxy-url</c> (refused with the configuration) nor the environment's.</summary>
    public SocketsHttpHandler CreateHandler() => new()
    {
        ConnectCallback = ConnectAsync,
        ConnectTimeout = TimeSpan.FromSeconds(4),
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        EnableMultipleHttp2Connections = true,
        PooledConnectionLifetime = TimeSpan.FromMinutes(10),

        // A connection whose other end has vanished is found within 45 s (HTTP/2 only).
        KeepAlivePingDelay = TimeSpan.FromSeconds(30),
        KeepAlivePingTimeout = TimeSpan.FromSeconds(15),
        KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests,
    };

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellation)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(context.DnsEndPoint, cancellation);
            var stream = new NetworkStream(socket, ownsSocket: true);
            var first = context.InitialRequestMessage;
            return first.RequestUri?.Scheme == Uri.UriSchemeHttps
                ? await EncryptAsync(stream, context.DnsEndPoint.Host, http2: first.Version >= HttpVersion.Version20, cancellation)
                : stream;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task<SslStream> EncryptAsync(NetworkStream stream, string host, bool http2, CancellationToken cancellation)
    {
        string? refusal = null;
        var encrypted = new SslStream(stream);
        var options = trust.Options(host, http2, cause => refusal = cause);
        options.ClientCertificateContext = await credentials.CertificateAsync(cancellation);
        try
        {
            await encrypted.AuthenticateAsClientAsync(options, cancellation);
            return encrypted;
        }
        catch (AuthenticationException exception) when (refusal is not null)
        {
            await encrypted.DisposeAsync();
            throw new AuthenticationException(refusal, exception);
        }
        catch
        {
            await encrypted.DisposeAsync();
            throw;
        }
    }
}
