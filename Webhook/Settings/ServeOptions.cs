using System.Collections.Immutable;
using System.Net;
using Coral.Audit.Shipping;
using Coral.Audit.Spool;
using Coral.Policies;
using Microsoft.Extensions.Logging;
using Serilog.Sinks.Elasticsearch;

namespace Coral.Webhook.Settings;

/// <summary>How the webhook is made known to the API server.</summary>
internal enum Register
{
    /// <summary>Not by us.</summary>
    None,

    /// <summary>By <c>clientConfig.url</c>; taken out again on exit.</summary>
    Url,

    /// <summary>By <c>clientConfig.service</c>; left in on exit.</summary>
    Service,
}

/// <summary>The checked options of <c>coral-webhook serve</c>.</summary>
internal sealed record ServeOptions
{
    /// <summary>Every option's name, without the dashes: the names of settings too.</summary>
    internal static readonly IReadOnlyList<string> Names =
    [
        "standalone", "kubeconfig", "context", "register", "listen", "advertise", "service", "cert-dir", "spool", "spool-max-bytes", "spool-max-age", "spool-keep",
        "audit-sync", "audit-key", "checkpoint-dir", "search", "search-cloud-id", "search-api-key-file", "search-user", "search-password-file", "search-token-file", "search-ca-file", "search-cert-file", "search-key-file",
        "search-requests", "search-compression", "metrics-listen", "cluster", "server-version", "pod-security-config", "probe-pod-security", "log-level",
    ];

    internal string? Standalone { get; init; }

    internal string? Kubeconfig { get; init; }

    internal string? Context { get; init; }

    internal Register Register { get; init; }

    internal required IPEndPoint Listen { get; init; }

    internal IPEndPoint? MetricsListen { get; init; }

    /// <summary>HOST:PORT of <c>clientConfig.url</c>.</summary>
    internal required string Advertise { get; init; }

    /// <summary>NAMESPACE/NAME:PORT of the Service.</summary>
    internal required (string Namespace, string Name, int Port) Service { get; init; }

    internal required string CertDir { get; init; }

    internal required string Spool { get; init; }

    internal long SpoolMaxBytes { get; init; }

    internal TimeSpan SpoolMaxAge { get; init; }

    internal TimeSpan SpoolKeep { get; init; }

    internal SpoolSync AuditSync { get; init; }

    /// <summary>The key's file; null for the cluster's Secret.</summary>
    internal string? AuditKey { get; init; }

    /// <summary>Whether checkpoints are signed at all.</summary>
    internal bool SignsAudit { get; init; }

    internal string? CheckpointDir { get; init; }

    /// <summary>Where audit documents are shipped to, or null.</summary>
    internal ShipperOptions? Search { get; init; }

    internal required string Cluster { get; init; }

    internal KubernetesVersion? ServerVersion { get; init; }

    /// <summary>The API server's AdmissionConfiguration or PodSecurityConfiguration.</summary>
    internal string? PodSecurityConfig { get; init; }

    /// <summary>Whether the API server's Pod Security defaults are learnt by dry runs.</summary>
    internal bool ProbePodSecurity { get; init; }

    internal LogLevel LogLevel { get; init; }

    /// <summary>Where our own log goes besides standard error.</summary>
    internal ImmutableArray<ElasticsearchSinkOptions> LogSinks { get; init; } = [];
}
