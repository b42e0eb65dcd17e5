using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Coral.Testing;

/// <summary>A CA, what it signs, and files of both, which go with it.</summary>
public sealed class Pki : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("coral-pki-").FullName;
    private readonly X509Certificate2 ca;

    /// <summary>A new CA.</summary>
    /// <param name="name">Its common name.</param>
    public Pki(string name = "test-ca")
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
        ca = request.CreateSelfSigned(Today.AddYears(-3), Today.AddYears(3));
        File.WriteAllText(CaFile, ca.ExportCertificatePem());
    }

    /// <summary>The CA's certificate in PEM.</summary>
    public string CaPem => ca.ExportCertificatePem();

    /// <summary>A file with it.</summary>
    public string CaFile => Path.Combine(folder, "ca.crt");

    private static DateTimeOffset Today => TimeProvider.System.GetUtcNow();

    /// <summary>Signs a certificate, with its key, for a host name or an address.</summary>
    public X509Certificate2 Issue(string name, bool expired = false)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address)) names.AddIpAddress(address);
        else names.AddDnsName(name);
        request.CertificateExtensions.Add(names.Build());
        using var certificate = request.Create(ca, Today.AddYears(-2), expired ? Today.AddYears(-1) : Today.AddYears(1), RandomNumberGenerator.GetBytes(8));
        using var withKey = certificate.CopyWithPrivateKey(key);
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null, X509KeyStorageFlags.Exportable);
    }

    /// <summary>Issues a certificate and writes it and its key.</summary>
    public (string Certificate, string Key) IssueFiles(string name)
    {
        var (certificate, key) = (Path.Combine(folder, "tls.crt"), Path.Combine(folder, "tls.key"));
        using var issued = Issue(name);
        using var secret = issued.GetECDsaPrivateKey()!;
        File.WriteAllText(certificate, issued.ExportCertificatePem());
        File.WriteAllText(key, secret.ExportPkcs8PrivateKeyPem());
        return (certificate, key);
    }

    /// <summary>Whether this CA has signed it.</summary>
    public bool Signed(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.Add(ca);
        return chain.Build(certificate);
    }

    /// <summary>A certificate's key in PEM.</summary>
    public static string KeyPem(X509Certificate2 certificate) => certificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem();

    /// <inheritdoc/>
    public void Dispose()
    {
        ca.Dispose();
        Directory.Delete(folder, recursive: true);
    }
}
