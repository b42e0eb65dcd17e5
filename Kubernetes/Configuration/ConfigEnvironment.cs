namespace Coral.Kubernetes;

/// <summary>What the search for a configuration looks at.</summary>
internal sealed record ConfigEnvironment(Func<string, string?> Variable, string Home, string ServiceAccountFolder)
{
    public static ConfigEnvironment Current { get; } = new(
        Environment.GetEnvironmentVariable,
        Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
        "/var/run/secrets/kubernetes.io/serviceaccount");
}
