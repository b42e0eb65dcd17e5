using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Coral.Testing.Kit;

/// <summary>HTTP clients that trust exactly one CA.</summary>
public static class Tls
{
    /// <summary>A client of one server. Its calls end after 100 s.</summary>
    /// <param name="address">The server.</param>
    /// <param name="caPem">The CA that must have issued its certificate.</param>
    /// <param name="certificate">The client's certificate, if any.</param>
    /// <param name="connections">How many connections HTTP/1.1 may open.</param>
    /// <param name="version">The HTTP version, spoken exactly; 1.1 unless told otherwise.</param>
    public static HttpClient Client(Uri address, string caPem, X509Certificate2? certificate = null, int connections = 64, Version? version = null)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(caPem);
        var options = new SslClientAuthenticationOptions { CertificateChainPolicy = policy };
        if (certificate is not null) options.ClientCertificates = [certificate];
        var handler = new SocketsHttpHandler
        {
            SslOptions = options,
            MaxConnectionsPerServer = connections,
            UseProxy = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.GZip,
        };
        return new HttpClient(handler)
        {
            BaseAddress = address,
            DefaultRequestVersion = version ?? HttpVersion.Version11,
            DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Timeout = TimeSpan.FromSeconds(100),
        };
    }
}
