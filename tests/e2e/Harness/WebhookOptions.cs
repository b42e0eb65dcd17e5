namespace Coral.EndToEnd.Harness;

/// <summary>The arguments of <c>coral-webhook serve</c> that tests vary.</summary>
public sealed record WebhookOptions
{
    /// <summary>Serves a cluster, registered there by URL.</summary>
    public string? Kubeconfig { get; init; }

    /// <summary><c>url</c>, <c>service</c> or <c>none</c>.</summary>
    public string Register { get; init; } = "url";

    /// <summary>Serves a folder of YAML instead of a cluster.</summary>
    public string? Standalone { get; init; }

    /// <summary>The search server; null for the spool alone.</summary>
    public Uri? Search { get; init; }

    /// <summary>The name of the cluster in the audit.</summary>
    public string Cluster { get; init; } = "e2e";

    /// <summary>Signs with a key in a file of its own; false for what the program does by itself.</summary>
    public bool OwnAuditKey { get; init; } = true;

    /// <summary>Where certificates and spool are kept; null for a temporary folder that goes with the process object.</summary>
    public string? DataFolder { get; init; }

    /// <summary>The text of the <c>appsettings.json</c> of its working folder; null for the working folder of the tests.</summary>
    public string? Settings { get; init; }

    /// <summary>Further arguments as they stand.</summary>
    public IReadOnlyList<string> More { get; init; } = [];

    internal IEnumerable<string> Arguments(string certDir, string spool, int port, int metricsPort) =>
    [
        "serve",
        .. Kubeconfig is null ? (string[])[] : ["--kubeconfig", Kubeconfig, "--register", Register],
        .. Standalone is null ? (string[])[] : ["--standalone", Standalone],
        "--listen", $"127.0.0.1:{port}",
        "--cert-dir", certDir,
        "--spool", spool,
        .. OwnAuditKey ? ["--audit-key", Path.Join(certDir, "..", "audit.key")] : (string[])[],
        .. Search is null ? (string[])[] : ["--search", Search.ToString().TrimEnd('/')],
        "--metrics-listen", $"127.0.0.1:{metricsPort}",
        "--cluster", Cluster,
        .. More,
    ];
}
