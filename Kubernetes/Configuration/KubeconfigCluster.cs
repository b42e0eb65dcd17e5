using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Coral.Kubernetes;

/// <summary>The server of a kubeconfig file.</summary>
/// <param name="Server">Its URL.</param>
/// <param name="Trust">How it is trusted.</param>
/// <param name="Authority">How to read the CA's PEM; null when the machine's roots are used.</param>
/// <param name="SkipVerify">Whether any certificate will do.</param>
/// <param name="ServerName">The name in the certificate, when it is not the URL's.</param>
internal sealed record KubeconfigCluster(Uri Server, ServerTrust Trust, Func<string>? Authority, bool SkipVerify, string? ServerName)
{
    public static KubeconfigCluster? Read(YamlSection section)
    {
        var server = ReadServer(section);
        if (section.Text("proxy-url") is not null) section.Complain("has a proxy-url, which is not supported: use a URL that is reached directly", "proxy-url");
        var skip = section.Flag("insecure-skip-tls-verify");
        var authority = KubeconfigMaterial.Read(section, "certificate-authority");
        if (skip && authority is not null)
            section.Complain("has both a certificate-authority and insecure-skip-tls-verify: remove one", "insecure-skip-tls-verify");
        var roots = authority is null ? null : new PemMaterial<X509Certificate2Collection>(authority, PemCertificates.Roots);
        try
        {
            roots?.Read();
        }
        catch (CryptographicException exception)
        {
            section.Complain($"has a certificate-authority that is no PEM certificate: {exception.Message}", "certificate-authority");
        }

        var name = section.Text("tls-server-name");
        return server is null ? null : new(server, new ServerTrust(roots, skip, name), authority, skip, name);
    }

    private static Uri? ReadServer(YamlSection section)
    {
        if (section.Text("server") is not { } text)
        {
            section.Complain("has no server");
            return null;
        }

        // kubectl takes a bare host too, and means http by it; here that is refused, because no credentials would be sent.
        if (Uri.TryCreate(text, UriKind.Absolute, out var server) && (server.Scheme == Uri.UriSchemeHttps || server.Scheme == Uri.UriSchemeHttp)) return server;
        section.Complain($"has a server that is no http(s) URL: '{text}'", "server");
        return null;
    }
}
