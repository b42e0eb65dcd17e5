using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Coral.Kubernetes;

internal static class PemCertificates
{
    /// <exception cref="CryptographicException">The text holds no certificate, or a broken one.</exception>
    public static X509Certificate2Collection Roots(string pem)
    {
        var roots = new X509Certificate2Collection();
        roots.ImportFromPem(pem);
        return roots.Count > 0 ? roots : throw new CryptographicException("no certificate in it");
    }

    /// <summary>The first certificate is ours, the others lead from it to the root.</summary>
    /// <exception cref="CryptographicException">A certificate or key is broken, or they do not belong together.</exception>
    public static SslStreamCertificateContext Client(string certificates, string key)
    {
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(certificates);
        if (chain.Count == 0) throw new CryptographicException("no certificate in it");
        return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPem(certificates, key), [.. chain.Skip(1)], offline: true);
    }
}
