using System.Net.Security;
using System.Security.Cryptography;

namespace Coral.Kubernetes;

/// <summary>The user of a kubeconfig file.</summary>
internal static class KubeconfigUser
{
    /// <summary>How to get the credentials; what cannot be honoured is complained about, since acting as somebody else would be worse.</summary>
    public static Func<TimeProvider, ICredentials> Read(YamlSection section, KubeconfigCluster? cluster)
    {
        if (section.Has("username") || section.Has("password"))
            section.Complain("has a username or password, which Kubernetes 1.19 removed: use a token, a client certificate or an exec plug-in", "username");
        if (section.Has("auth-provider")) section.Complain("has an auth-provider, which was removed in Kubernetes 1.26: use an exec plug-in", "auth-provider");
        foreach (var key in (string[])["as", "as-uid", "as-groups", "as-user-extra"])
            if (section.Has(key)) section.Complain($"asks for impersonation ({key}), which is not supported", key);

        var certificate = ReadCertificate(section);
        var token = section.Text("token");
        var tokenFile = ReadTokenFile(section);
        if (token is null && tokenFile is null && section.Section("exec", $"exec of {section.What}") is { } exec)
        {
            if (certificate is not null) section.Complain("has both a client certificate and an exec plug-in: remove one", "exec");
            if (ExecSpec.Read(exec, cluster) is { } spec) return time => new ExecCredentials(spec, time);
        }

        return time => new StaticCredentials(token, tokenFile is null ? null : new TokenFile(tokenFile, time), certificate);
    }

    private static string? ReadTokenFile(YamlSection section)
    {
        if (section.Text("tokenFile") is not { } name) return null;
        var path = KubeconfigMaterial.PathOf(section, name);
        if (!File.Exists(path)) section.Complain($"has a tokenFile that does not exist: {path}", "tokenFile");
        return path;
    }

    private static PemMaterial<SslStreamCertificateContext>? ReadCertificate(YamlSection section)
    {
        var mistakes = section.Mistakes.Count;
        var certificate = KubeconfigMaterial.Read(section, "client-certificate");
        var key = KubeconfigMaterial.Read(section, "client-key");
        if (section.Mistakes.Count > mistakes || (certificate is null && key is null)) return null;
        if (certificate is null || key is null)
        {
            section.Complain($"has a {(key is null ? "client-certificate" : "client-key")} but no {(key is null ? "client-key" : "client-certificate")}");
            return null;
        }

        // Both are in one text, so that a change of either is noticed.
        var material = new PemMaterial<SslStreamCertificateContext>(() => certificate() + "\n" + key(), both => PemCertificates.Client(both, both));
        try
        {
            material.Read();
        }
        catch (CryptographicException exception)
        {
            section.Complain($"has a client-certificate and client-key that cannot be used together: {exception.Message}", "client-certificate");
        }

        return material;
    }
}
