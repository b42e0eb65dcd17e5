using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Coral.Certs;

/// <summary>What a TLS server needs: its certificate with key, the intermediates it sends, and the CA that clients must trust. Immutable; thread safe until disposed.</summary>
public sealed class ServingCertificate : IDisposable
{
    internal ServingCertificate(X509Certificate2 certificate, X509Certificate2Collection chain, string caBundlePem)
    {
        Certificate = certificate;
        Chain = chain;
        CaBundlePem = caBundlePem;
    }

    /// <summary>The leaf with its private key, for Kestrel's <c>ServerCertificate</c>.</summary>
    public X509Certificate2 Certificate { get; }

    /// <summary>Intermediates to send with the leaf, for Kestrel's <c>ServerCertificateChain</c>; empty for leaves issued here.</summary>
    public X509Certificate2Collection Chain { get; }

    /// <summary>The PEM text that clients must trust. The base64 of its UTF-8 bytes is a webhook's <c>caBundle</c>.</summary>
    public string CaBundlePem { get; }

    /// <summary>The leaf, then its intermediates.</summary>
    public string CertificatePem => Pem.Write([Certificate, .. Chain]);

    /// <summary>The end of the leaf's validity.</summary>
    public DateTimeOffset NotAfter => new(Certificate.NotAfter);

    /// <summary>The leaf's key as unencrypted PKCS#8. Keep it from logs and from files that others can read.</summary>
    public string ExportKeyPem()
    {
        using AsymmetricAlgorithm key = Certificate.GetECDsaPrivateKey() ?? (AsymmetricAlgorithm)Certificate.GetRSAPrivateKey()!;
        return Pem.Write(key);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Certificate.Dispose();
        foreach (var certificate in Chain) certificate.Dispose();
    }
}
