using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Coral.Kubernetes;

/// <summary>What the kubelet puts into a pod: two variables and a folder.</summary>
internal static class InCluster
{
    public static bool IsPresent(ConfigEnvironment environment) =>
        environment.Variable("KUBERNETES_SERVICE_HOST") is { Length: > 0 } && File.Exists(Path.Combine(environment.ServiceAccountFolder, "token"));

    public static KubernetesConfig Load(ConfigEnvironment environment)
    {
        var mistakes = new List<string>();
        var host = environment.Variable("KUBERNETES_SERVICE_HOST");
        var port = environment.Variable("KUBERNETES_SERVICE_PORT");
        if (string.IsNullOrEmpty(host) || string.IsNullOrEmpty(port))
            mistakes.Add("KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not both set: this process does not run in a pod");
        var token = Path.Combine(environment.ServiceAccountFolder, "token");
        var ca = Path.Combine(environment.ServiceAccountFolder, "ca.crt");
        var roots = new PemMaterial<X509Certificate2Collection>(() => File.ReadAllText(ca), PemCertificates.Roots);
        Try(token, mistakes, () => File.ReadAllText(token));
        Try(ca, mistakes, roots.Read);
        if (mistakes.Count > 0) throw new KubernetesConfigException(mistakes);

        if (IPAddress.TryParse(host, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6) host = $"[{host}]";
        var namespaceFile = Path.Combine(environment.ServiceAccountFolder, "namespace");
        return new(
            new Uri($"https://{host}:{port}/"),
            "in-cluster",
            File.Exists(namespaceFile) ? File.ReadAllText(namespaceFile).Trim() : null,
            new ServerTrust(roots, skipVerify: false, serverName: null),
            time => new StaticCredentials(token: null, new TokenFile(token, time), certificate: null));
    }

    private static void Try<T>(string path, List<string> mistakes, Func<T> read)
    {
        try
        {
            read();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            mistakes.Add($"{path}: cannot be read: {exception.Message} (is the service account's token mounted?)");
        }
    }
}
