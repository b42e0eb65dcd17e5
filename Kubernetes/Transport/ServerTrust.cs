using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Coral.Kubernetes;

/// <summary>Which server we believe: one that has a certificate of these roots for this name.</summary>
/// <param name="roots">The CA's certificates, read for each connection; null for the machine's.</param>
/// <param name="skipVerify">Whether any certificate will do.</param>
/// <param name="serverName">The name that the certificate must bear instead of the URL's host.</param>
internal sealed class ServerTrust(PemMaterial<X509Certificate2Collection>? roots, bool skipVerify, string? serverName)
{
    /// <summary>The handshake's options; <paramref name="refuse"/> hears why a certificate was not believed.</summary>
    public SslClientAuthenticationOptions Options(string host, bool http2, Action<string> refuse)
    {
        var name = serverName ?? host;
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = name,
            ApplicationProtocols = http2 ? [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11] : [SslApplicationProtocol.Http11],
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                if (skipVerify || errors == SslPolicyErrors.None) return true;
                refuse(Explain(certificate as X509Certificate2, chain, errors, name));
                return false;
            },
        };
        if (roots is not null && !skipVerify) options.CertificateChainPolicy = Policy(roots.Read());
        return options;
    }

    private static X509ChainPolicy Policy(X509Certificate2Collection roots)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.AddRange(roots);
        return policy;
    }

    private string Explain(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors, string name)
    {
        if (certificate is null || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable)) return "the server showed no certificate";
        var status = X509ChainStatusFlags.NoError;
        foreach (var entry in chain?.ChainStatus ?? []) status |= entry.Status;
        if (status.HasFlag(X509ChainStatusFlags.NotTimeValid))
            return $"the server's certificate is valid only from {certificate.NotBefore.ToUniversalTime():u} to {certificate.NotAfter.ToUniversalTime():u}";
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors))
        {
            var ca = roots is null ? "a CA of this machine" : "the configured CA";
            return $"the server's certificate ({certificate.Subject}, issued by {certificate.Issuer}) is not signed by {ca}";
        }

        return $"the server's certificate ({certificate.Subject}) is not made for the name '{name}'";
    }
}
