namespace Coral.Kubernetes;

/// <summary>A token that is replaced on disk before it expires, as the kubelet does hourly. Read at most once a minute; thread safe.</summary>
internal sealed class TokenFile(string path, TimeProvider time)
{
    private static readonly TimeSpan Age = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private string? token;
    private long readAt;

    /// <exception cref="KubernetesConfigException">The file cannot be read and never could.</exception>
    public string Read()
    {
        lock (gate)
        {
            if (token is not null && time.GetElapsedTime(readAt) < Age) return token;
            readAt = time.GetTimestamp();
            try
            {
                token = File.ReadAllText(path).Trim();
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
            {
                // The last good token outlives a moment in which the file is being replaced.
                if (token is null) throw new KubernetesConfigException([$"{path}: the token cannot be read: {exception.Message}"]);
            }

            return token;
        }
    }
}
