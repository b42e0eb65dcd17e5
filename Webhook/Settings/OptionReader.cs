using System.Globalization;
using System.Net;
using Coral.Audit.Shipping.Access;
using Coral.Audit.Spool;
using Coral.Policies;
using Coral.Webhook.Admission;
using Microsoft.Extensions.Logging;

namespace Coral.Webhook.Settings;

/// <summary>Turns texts into <see cref="ServeOptions"/> and collects every mistake, so that one start shows them all.</summary>
internal sealed class OptionReader(Func<string, string?> value)
{
    internal const string DefaultMetricsListen = "127.0.0.1:9102";

    private readonly List<string> problems = [];

    /// <summary>The options, or null with all mistakes.</summary>
    internal static ServeOptions? Read(Func<string, string?> value, List<string> problems)
    {
        var reader = new OptionReader(value);
        var options = reader.Read();
        problems.AddRange(reader.problems);
        return problems.Count == 0 ? options : null;
    }

    /// <summary>An address and a port; <c>:9102</c> stands for every IPv4 address. Null when it is neither.</summary>
    internal static IPEndPoint? ParseEndpoint(string text)
    {
        if (text.StartsWith(':')) text = "0.0.0.0" + text;
        return text.LastIndexOf(':') > 0 && IPEndPoint.TryParse(text.Replace("localhost:", "127.0.0.1:", StringComparison.Ordinal), out var endpoint) ? endpoint : null;
    }

    private ServeOptions Read()
    {
        var standalone = value("standalone");
        var register = Choice("register", Register.None, ("url", Register.Url), ("service", Register.Service), ("none", Register.None));
        if (standalone is not null && value("kubeconfig") is not null) problems.Add("--standalone and --kubeconfig exclude each other: facts come from a folder or from a cluster");
        if (standalone is not null && register != Register.None) problems.Add("--register needs a cluster; leave it out with --standalone");
        var probe = Choice("probe-pod-security", false, ("true", true), ("false", false));
        if (standalone is not null && probe) problems.Add("--probe-pod-security needs a cluster; leave it out with --standalone");
        if (standalone is not null && value("pod-security-config") is not null) problems.Add("--pod-security-config is for a cluster; with --standalone put the document into the folder");
        if (standalone is null && value("server-version") is not null) problems.Add("--server-version is for --standalone; a cluster says its own");

        var listen = Endpoint("listen", "127.0.0.1:8443");
        var metrics = value("metrics-listen") == "none" ? null : Endpoint("metrics-listen", DefaultMetricsListen);
        if (metrics is not null && metrics.Equals(listen) && listen.Port != 0) problems.Add($"--listen and --metrics-listen are the same, {listen}");
        return new ServeOptions
        {
            Standalone = standalone,
            Kubeconfig = value("kubeconfig"),
            Context = value("context"),
            Register = register,
            Listen = listen,
            MetricsListen = metrics,
            Advertise = Advertise(listen),
            Service = Service(),
            CertDir = value("cert-dir") ?? "run/certs",
            Spool = value("spool") ?? "run/spool",
            SpoolMaxBytes = Bytes("spool-max-bytes", 1024L * 1024 * 1024),
            SpoolMaxAge = Duration("spool-max-age", TimeSpan.FromDays(7)),
            SpoolKeep = Duration("spool-keep", TimeSpan.FromHours(24)),
            AuditSync = Choice("audit-sync", SpoolSync.Interval, ("interval", SpoolSync.Interval), ("always", SpoolSync.Always)),
            AuditKey = value("audit-key") ?? (register == Register.Service ? null : "run/audit.key"),
            SignsAudit = value("audit-key") != "none",
            CheckpointDir = CheckpointDir(),
            Search = new SearchSettings(value, problems).Read(),
            Cluster = value("cluster") ?? "default",
            ServerVersion = Version(),
            PodSecurityConfig = value("pod-security-config"),
            ProbePodSecurity = probe,
            LogLevel = Choice("log-level", LogLevel.Information, ("debug", LogLevel.Debug), ("info", LogLevel.Information), ("warn", LogLevel.Warning), ("error", LogLevel.Error)),
        };
    }

    private T Choice<T>(string name, T otherwise, params (string Text, T Value)[] choices)
    {
        if (value(name) is not { } text) return otherwise;
        foreach (var choice in choices)
        {
            if (choice.Text == text) return choice.Value;
        }

        problems.Add($"--{name} is \"{text}\"; it must be {string.Join(", ", choices.Select(choice => choice.Text))}");
        return otherwise;
    }

    private IPEndPoint Endpoint(string name, string otherwise)
    {
        var text = value(name) ?? otherwise;
        if (ParseEndpoint(text) is { } endpoint) return endpoint;
        problems.Add($"--{name} is \"{text}\"; it must be ADDRESS:PORT, such as {otherwise}");
        return new IPEndPoint(IPAddress.Loopback, 0);
    }

    private string Advertise(IPEndPoint listen)
    {
        var text = value("advertise") ?? (listen.Address.Equals(IPAddress.Any) ? $"127.0.0.1:{listen.Port}" : listen.ToString());
        if (Uri.TryCreate($"https://{text}", UriKind.Absolute, out var uri) && uri.Authority == text && uri.Port > 0) return text;
        if (Uri.TryCreate($"https://{text}", UriKind.Absolute, out uri) && uri.AbsolutePath == "/" && text.Contains(':')) return text;
        problems.Add($"--advertise is \"{text}\"; it must be HOST:PORT, by which the API server reaches this process");
        return text;
    }

    private (string, string, int) Service()
    {
        var text = value("service") ?? $"{Vocabulary.SystemNamespace}/coral-webhook:443";
        var slash = text.IndexOf('/');
        var colon = text.LastIndexOf(':');
        if (slash > 0 && colon > slash + 1 && int.TryParse(text[(colon + 1)..], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and < 65536)
            return (text[..slash], text[(slash + 1)..colon], port);
        problems.Add($"--service is \"{text}\"; it must be NAMESPACE/NAME:PORT");
        return ("", "", 0);
    }

    private string? CheckpointDir()
    {
        if (value("checkpoint-dir") is { } && value("audit-key") == "none") problems.Add("--checkpoint-dir needs a key that signs; leave it out with --audit-key none");
        return value("checkpoint-dir");
    }

    private KubernetesVersion? Version()
    {
        if (value("server-version") is not { } text) return null;
        if (KubernetesVersion.TryParse(text, out var version)) return version;
        problems.Add($"--server-version is \"{text}\"; it must be like v1.36");
        return null;
    }

    private TimeSpan Duration(string name, TimeSpan otherwise)
    {
        if (value(name) is not { } text) return otherwise;
        if (text.EndsWith('d') && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var days) && days is > 0 and < 36500) return TimeSpan.FromDays(days);
        if (GoDuration.TryParse(text, out var duration, TimeSpan.FromDays(36500))) return duration;
        problems.Add($"--{name} is \"{text}\"; it must be a duration such as 24h or 7d");
        return otherwise;
    }

    private long Bytes(string name, long otherwise)
    {
        if (value(name) is not { } text) return otherwise;
        if (Quantity.TryParse(text, out var amount) && amount.CompareTo(default) > 0) return amount.ToBytes();
        problems.Add($"--{name} is \"{text}\"; it must be a size such as 1Gi");
        return otherwise;
    }
}
