using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Coral.Certs;

/// <summary>A CA that issues serving certificates. Those it makes itself have an ECDSA P-256 key. Thread safe until disposed.</summary>
public sealed class CertificateAuthority : IDisposable
{
    /// <summary>The subject of every CA made here: by it a later start knows that it may replace it.</summary>
    internal const string Subject = "CN=Coral Policy CA";

    /// <summary>The subject of every leaf issued here; the names themselves stand in subjectAltName only.</summary>
    internal const string LeafSubject = "CN=Coral Policy serving";

    // Clocks of a cluster differ by seconds to minutes; a certificate must be valid for all of them at once.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    private readonly TimeProvider clock;
    private readonly X509Certificate2Collection bundle;
    private readonly AsymmetricAlgorithm key;

    private CertificateAuthority(TimeProvider clock, X509Certificate2Collection bundle, AsymmetricAlgorithm key)
    {
        this.clock = clock;
        this.bundle = bundle;
        this.key = key;
    }

    /// <summary>The CA's certificate, then whatever else its PEM text held.</summary>
    public string CertificatePem => Pem.Write(bundle);

    /// <summary>The end of the CA's validity.</summary>
    public DateTimeOffset NotAfter => new(Certificate.NotAfter);

    internal X509Certificate2 Certificate => bundle[0];

    /// <summary>Makes a CA with a new key, valid from five minutes ago.</summary>
    public static CertificateAuthority Create(TimeProvider clock, TimeSpan lifetime)
    {
        var created = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Subject, created, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: true, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.CrlSign, critical: true));
        var identifier = new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false);
        request.CertificateExtensions.Add(identifier);
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromSubjectKeyIdentifier(identifier));
        var now = clock.GetUtcNow();
        var signed = request.Create(request.SubjectName, X509SignatureGenerator.CreateForECDsa(created), now - Skew, now + lifetime, SerialNumber());
        return new(clock, [signed], created);
    }

    /// <summary>Reads a CA and its key.</summary>
    /// <param name="clock">Decides whether the CA is valid now.</param>
    /// <param name="certificatePem">The CA's certificate; certificates after the first one are kept in <see cref="CertificatePem"/>.</param>
    /// <param name="keyPem">Its key, ECDSA or RSA, without a passphrase.</param>
    /// <param name="certificateName">Where the certificate comes from, for messages, such as a path.</param>
    /// <param name="keyName">Where the key comes from, for messages.</param>
    /// <exception cref="CertificateException">All reasons for which this CA can't issue.</exception>
    public static CertificateAuthority Import(
        TimeProvider clock, string certificatePem, string keyPem, string certificateName = "ca.crt", string keyName = "ca.key")
    {
        var problems = new List<string>();
        var read = Pem.Certificates(certificatePem, certificateName, problems);
        var readKey = Pem.Key(keyPem, keyName, problems);
        if (read.Count > 0)
        {
            problems.AddRange(Fit.AsIssuer(read[0], certificateName));
            problems.AddRange(Fit.InTime(read[0], clock.GetUtcNow(), certificateName));
            if (readKey is not null) Pem.Join(read[0], readKey, certificateName, keyName, problems)?.Dispose();
        }

        return problems.Count > 0 ? throw new CertificateException([.. problems]) : new(clock, read, readKey!);
    }

    /// <summary>The CA's key as unencrypted PKCS#8. Keep it from logs and from files that others can read.</summary>
    public string ExportKeyPem() => Pem.Write(key);

    /// <summary>Issues a certificate for a server with a new ECDSA P-256 key, valid from five minutes ago until <paramref name="lifetime"/> from now, or until the CA ends.</summary>
    public ServingCertificate IssueLeaf(ServingNames names, TimeSpan lifetime)
    {
        using var leafKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(LeafSubject, leafKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: false, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.DigitalSignature, critical: true));
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(Oids.ServerAuth)], critical: false));
        request.CertificateExtensions.Add(AlternativeNames(names));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, critical: false));
        var identified = Certificate.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Any();
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(Certificate, identified, includeIssuerAndSerial: !identified));

        var now = clock.GetUtcNow();
        var notBefore = Later(now - Skew, new(Certificate.NotBefore));
        var notAfter = now + lifetime < NotAfter ? now + lifetime : NotAfter;
        using var signed = request.Create(Certificate.SubjectName, Signer(), notBefore, notAfter, SerialNumber());
        return new ServingCertificate(signed.CopyWithPrivateKey(leafKey), [], CertificatePem);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        key.Dispose();
        foreach (var certificate in bundle) certificate.Dispose();
    }

    private static X509Extension AlternativeNames(ServingNames names)
    {
        var builder = new SubjectAlternativeNameBuilder();
        foreach (var name in names.Dns) builder.AddDnsName(name);
        foreach (var address in names.Addresses) builder.AddIpAddress(address);
        return builder.Build();
    }

    // 127 random bits: positive and within the 20 octets of RFC 5280 §4.1.2.2. The leading bit pattern keeps the first octet from being zero.
    private static byte[] SerialNumber()
    {
        var serial = RandomNumberGenerator.GetBytes(16);
        serial[0] = (byte)((serial[0] & 0x7f) | 0x40);
        return serial;
    }

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private X509SignatureGenerator Signer() => key is RSA rsa
        ? X509SignatureGenerator.CreateForRSA(rsa, RSASignaturePadding.Pkcs1)
        : X509SignatureGenerator.CreateForECDsa((ECDsa)key);
}
