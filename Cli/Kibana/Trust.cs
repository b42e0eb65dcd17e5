using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Coral.Cli.Kibana;

/// <summary>Whose certificates are believed.</summary>
internal static class Trust
{
    /// <summary>The machine's own roots without a file. Throws <see cref="BadInputException"/>.</summary>
    internal static SslClientAuthenticationOptions Read(string? file)
    {
        var options = new SslClientAuthenticationOptions();
        if (file is null) return options;
        var roots = new X509Certificate2Collection();
        try
        {
            roots.ImportFromPemFile(file);
        }
        catch (Exception mistake) when (mistake is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new BadInputException($"--ca-file {file}: cannot be read: {mistake.Message}");
        }

        if (roots.Count == 0) throw new BadInputException($"--ca-file {file}: there is no PEM certificate in it");
        options.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        options.CertificateChainPolicy.CustomTrustStore.AddRange(roots);
        return options;
    }
}
