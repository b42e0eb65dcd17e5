using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Coral.Certs;

/// <summary>Whether a certificate fits its purpose. Each check gives its problems as lines for the user.</summary>
internal static class Fit
{
    public static IEnumerable<string> AsIssuer(X509Certificate2 certificate, string where)
    {
        var constraints = certificate.Extensions.OfType<X509BasicConstraintsExtension>().FirstOrDefault();
        var usage = certificate.Extensions.OfType<X509KeyUsageExtension>().FirstOrDefault();
        if (constraints is not { CertificateAuthority: true } || usage is not null && !usage.KeyUsages.HasFlag(X509KeyUsageFlags.KeyCertSign))
            yield return $"{where} is not the certificate of a CA: put one there that may sign certificates";
    }

    public static IEnumerable<string> InTime(X509Certificate2 certificate, DateTimeOffset now, string where)
    {
        if (now > certificate.NotAfter) yield return $"{where} expired at {Utc(certificate.NotAfter)}: put a valid certificate there";
        if (now < certificate.NotBefore) yield return $"{where} is not valid before {Utc(certificate.NotBefore)}: put a valid certificate there, or check the clock";
    }

    public static IEnumerable<string> Names(X509Certificate2 certificate, ServingNames wanted, string where)
    {
        var missing = wanted.All.Where(name => !certificate.MatchesHostname(name, allowWildcards: true, allowCommonName: false)).ToList();
        if (missing.Count > 0)
            yield return $"{where} is not valid for {string.Join(", ", missing)}: put a certificate there whose subjectAltName has them, or serve under the names that it has";
    }

    /// <summary>Whether clients that trust exactly <paramref name="authorities"/> accept the leaf for a server, time left aside.</summary>
    public static IEnumerable<string> Chain(
        X509Certificate2 leaf, X509Certificate2Collection others, X509Certificate2Collection authorities, string where, string authoritiesWhere)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.DisableCertificateDownloads = true;
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(authorities);
        chain.ChainPolicy.ExtraStore.AddRange(others);
        chain.ChainPolicy.ExtraStore.AddRange(authorities);
        // The platform wants a self-signed anchor; the API server takes any certificate of the bundle as one, which is checked below.
        chain.ChainPolicy.VerificationFlags = X509VerificationFlags.IgnoreNotTimeValid | X509VerificationFlags.AllowUnknownCertificateAuthority;
        var built = chain.Build(leaf);
        if (!built || !chain.ChainElements.Any(element => authorities.Contains(element.Certificate)))
            yield return $"{where} is not issued by {authoritiesWhere}: put the certificate of its CA into {authoritiesWhere}";

        var usages = leaf.Extensions.OfType<X509EnhancedKeyUsageExtension>().FirstOrDefault();
        if (usages is not null && !usages.EnhancedKeyUsages.Cast<Oid>().Any(usage => usage.Value == Oids.ServerAuth))
            yield return $"{where} may not be used by a server: put a certificate there with the extended key usage serverAuth";
    }

    private static string Utc(DateTime time) => $"{time.ToUniversalTime():yyyy-MM-dd HH:mm:ss}Z";
}
