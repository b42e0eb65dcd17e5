using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Coral.EndToEnd.Harness;

/// <summary>HTTP clients that trust exactly one CA.</summary>
internal static class Tls
{
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
