using System.Net.Security;
using System.Security.Cryptography;

namespace Coral.Kubernetes;

/// <summary>Credentials that stand in the configuration or in files that it names.</summary>
internal sealed class StaticCredentials(string? token, TokenFile? tokenFile, PemMaterial<SslStreamCertificateContext>? certificate) : ICredentials
{
    public ValueTask<string?> TokenAsync(CancellationToken cancellation) => new(tokenFile is null ? token : tokenFile.Read());

    public ValueTask<SslStreamCertificateContext?> CertificateAsync(CancellationToken cancellation)
    {
        try
        {
            return new(certificate?.Read());
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw new KubernetesConfigException([$"the client certificate cannot be read any more: {exception.Message}"]);
        }
    }

    public bool Refused(string? token) => false;

    public void Dispose()
    {
    }
}
