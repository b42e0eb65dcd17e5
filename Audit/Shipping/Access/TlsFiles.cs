using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Coral.Audit.Shipping.Access;

/// <summary>What the files for TLS say at one moment; equal when they say the same.</summary>
internal sealed record TlsFiles(SearchAccess Access, string? Ca, string? Certificate, string? Key)
{
    /// <summary>Throws <see cref="IOException"/> with one line.</summary>
    public static TlsFiles Read(SearchAccess access) => new(access, Text(access.CaFile), Text(access.CertificateFile), Text(access.KeyFile ?? access.CertificateFile));

    /// <summary>Throws <see cref="IOException"/> with one line that names the file and says nothing of its content.</summary>
    public SslClientAuthenticationOptions Options()
    {
        var options = new SslClientAuthenticationOptions();
        if (Ca is not null)
        {
            var roots = new X509Certificate2Collection();
            Import(Access.CaFile!, () => roots.ImportFromPem(Ca));
            if (roots.Count == 0) throw new IOException($"{Access.CaFile}: there is no PEM certificate in it");
            options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        }

        if (Certificate is null) return options;
        var chain = new X509Certificate2Collection();
        Import(Access.CertificateFile!, () => chain.ImportFromPem(Certificate));
        Import($"{Access.CertificateFile} with {Access.KeyFile ?? Access.CertificateFile}", () =>
            options.ClientCertificateContext = SslStreamCertificateContext.Create(X509Certificate2.CreateFromPem(Certificate, Key), chain, offline: true));
        return options;
    }

    private static string? Text(string? path) => path is null ? null : SecretFile.Text(path);

    private static void Import(string files, Action import)
    {
        try
        {
            import();
        }
        catch (Exception mistake) when (mistake is CryptographicException or ArgumentException)
        {
            throw new IOException($"{files}: no certificate in PEM, or not with its unencrypted key", mistake);
        }
    }
}
