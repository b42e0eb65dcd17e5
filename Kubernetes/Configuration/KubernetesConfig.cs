namespace Coral.Kubernetes;

/// <summary>Where the API server is, how it is trusted, and who we are to it. Immutable; holds secrets, which it never prints.</summary>
public sealed class KubernetesConfig
{
    private readonly Func<TimeProvider, ICredentials> credentials;

    internal KubernetesConfig(Uri server, string source, string? ns, ServerTrust trust, Func<TimeProvider, ICredentials> credentials)
    {
        Server = server.AbsolutePath.EndsWith('/') ? server : new UriBuilder(server) { Path = server.AbsolutePath + "/" }.Uri;
        Source = source;
        Namespace = ns;
        Trust = trust;
        this.credentials = credentials;
    }

    /// <summary>The API server's URL, ending with a slash.</summary>
    public Uri Server { get; }

    /// <summary>Where this configuration was found: <c>FILE (context NAME)</c> or <c>in-cluster</c>.</summary>
    public string Source { get; }

    /// <summary>The namespace of the context, or of the pod; null when none is stated.</summary>
    public string? Namespace { get; }

    internal ServerTrust Trust { get; }

    /// <summary>
    /// The file given, else the files that <c>KUBECONFIG</c> lists (merged: the first that states a name or value wins), else <c>~/.kube/config</c>, else the
    /// pod's service account. Relative paths are relative to the file in which they stand. The file is read once; tokens and certificates that it names
    /// as files are read again while they are used.
    /// </summary>
    /// <param name="kubeconfigPath">A kubeconfig file; null to search.</param>
    /// <param name="context">The context to use; null for the current one.</param>
    /// <exception cref="KubernetesConfigException">There is none, or it has mistakes: all are listed.</exception>
    public static KubernetesConfig Load(string? kubeconfigPath, string? context = null) =>
        ConfigSearch.Load(kubeconfigPath, context, ConfigEnvironment.Current);

    /// <summary>The service account of the pod in which this process runs. Its token is read again at most once a minute.</summary>
    /// <exception cref="KubernetesConfigException">This process runs in no pod, or the service account's files cannot be read.</exception>
    public static KubernetesConfig InCluster() => Kubernetes.InCluster.Load(ConfigEnvironment.Current);

    /// <summary>The server and the source, no secrets.</summary>
    public override string ToString() => $"{Server} from {Source}";

    internal ICredentials OpenCredentials(TimeProvider time) => credentials(time);
}
