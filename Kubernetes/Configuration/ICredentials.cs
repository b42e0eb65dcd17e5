using System.Net.Security;

namespace Coral.Kubernetes;

/// <summary>Who we are to the API server. Thread safe. Nothing here may print or log a secret.</summary>
internal interface ICredentials : IDisposable
{
    /// <summary>The bearer token of this moment; null when there is none.</summary>
    /// <exception cref="KubernetesConfigException">It cannot be had.</exception>
    ValueTask<string?> TokenAsync(CancellationToken cancellation);

    /// <summary>The client certificate for a new connection; null when there is none.</summary>
    /// <exception cref="KubernetesConfigException">It cannot be had.</exception>
    ValueTask<SslStreamCertificateContext?> CertificateAsync(CancellationToken cancellation);

    /// <summary>The server did not accept this token. True when another try with a fresh one makes sense.</summary>
    bool Refused(string? token);
}
