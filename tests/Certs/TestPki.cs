using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Coral.Certs.Tests;

/// <summary>Certificates as somebody else would make them, without the code under test.</summary>
internal sealed class TestPki(DateTimeOffset now)
{
    public X509Certificate2 Root { get; } = SelfSigned("CN=Acme root", now.AddYears(-1), now.AddYears(5), ca: true);

    public static X509Certificate2 SelfSigned(string subject, DateTimeOffset from, DateTimeOffset to, bool ca, AsymmetricAlgorithm? key = null)
    {
        var request = Request(subject, key ?? ECDsa.Create(ECCurve.NamedCurves.nistP256));
        if (ca) request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        return request.CreateSelfSigned(from, to);
    }

    public X509Certificate2 Intermediate() => Issue(Root, "CN=Acme intermediate", ca: true);

    public X509Certificate2 Leaf(
        X509Certificate2? issuer = null, string dns = "hook.acme", DateTimeOffset? from = null, DateTimeOffset? to = null, string? usage = null, AsymmetricAlgorithm? key = null) =>
        Issue(issuer ?? Root, "CN=acme hook", ca: false, dns, from, to, usage, key);

    private X509Certificate2 Issue(
        X509Certificate2 issuer, string subject, bool ca, string? dns = null, DateTimeOffset? from = null, DateTimeOffset? to = null, string? usage = null, AsymmetricAlgorithm? key = null)
    {
        key ??= ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = Request(subject, key);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(ca, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        if (usage is not null) request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], critical: false));
        if (dns is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(dns);
            request.CertificateExtensions.Add(names.Build());
        }

        using var issuerKey = issuer.GetECDsaPrivateKey()!;
        var signed = request.Create(
            issuer.SubjectName, X509SignatureGenerator.CreateForECDsa(issuerKey), from ?? now.AddDays(-1), to ?? now.AddDays(90), RandomNumberGenerator.GetBytes(8));
        return key is RSA rsa ? signed.CopyWithPrivateKey(rsa) : signed.CopyWithPrivateKey((ECDsa)key);
    }

    public static string CertificatePem(params X509Certificate2[] certificates) => string.Concat(certificates.Select(certificate => certificate.ExportCertificatePem() + "\n"));

    public static string KeyPem(X509Certificate2 certificate) =>
        certificate.GetECDsaPrivateKey()?.ExportPkcs8PrivateKeyPem() ?? certificate.GetRSAPrivateKey()!.ExportRSAPrivateKeyPem();

    private static CertificateRequest Request(string subject, AsymmetricAlgorithm key) => key is RSA rsa
        ? new CertificateRequest(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
        : new CertificateRequest(subject, (ECDsa)key, HashAlgorithmName.SHA256);
}
