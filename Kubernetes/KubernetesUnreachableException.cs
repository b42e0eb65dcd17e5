namespace Coral.Kubernetes;

/// <summary>
/// No answer could be had from the API server: the connection, its encryption or the time failed. The message is one line that names the URL and the cause.
/// </summary>
public sealed class KubernetesUnreachableException(Uri server, string cause, Exception? inner = null)
    : Exception($"cannot reach the Kubernetes API server {server}: {cause}", inner)
{
    /// <summary>The API server's URL.</summary>
    public Uri Server { get; } = server;
}

/// <summary>Something answered, but not as an API server does: no JSON, or no watch event. The message is one line that names the URL.</summary>
public sealed class KubernetesProtocolException(Uri server, string cause, Exception? inner = null)
    : Exception($"{server} does not answer as a Kubernetes API server: {cause}", inner);
