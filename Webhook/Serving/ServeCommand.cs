using System.CommandLine;
using Coral.Audit.Logging;
using Coral.Audit.Shipping.Access;
using Coral.Webhook.Settings;

namespace Coral.Webhook.Serving;

/// <summary>The verb <c>serve</c>: its options, and from them the checked <see cref="ServeOptions"/>.</summary>
internal static class ServeCommand
{
    /// <summary>The value of an option that may stand alone.</summary>
    private const string Switch = "true|false";

    /// <summary>The options that may be given several times: their values are joined by commas, as one would write them in a setting.</summary>
    private static readonly string[] Repeatable = ["search"];

    private static readonly (string Name, string Value, string Help)[] Texts =
    [
        ("standalone", "DIR", "Take namespaces, nodes, reports and policies from this folder of YAML; no cluster is needed"),
        ("kubeconfig", "FILE", "The cluster. Default: $KUBECONFIG, ~/.kube/config, or the pod's own service account"),
        ("context", "NAME", "The context of the kubeconfig"),
        ("register", "url|service|none", "Register with the API server: url takes the entries out on exit, service leaves them (none)"),
        ("listen", "ADDRESS:PORT", "Where to serve HTTPS (127.0.0.1:8443)"),
        ("advertise", "HOST:PORT", "How the API server reaches this process, with --register url (as --listen)"),
        ("service", "NAMESPACE/NAME:PORT", "The Service in front of this process, with --register service (coral-system/coral-webhook:443)"),
        ("cert-dir", "DIR", "Where ca.crt, tls.crt and tls.key are read, or made (run/certs)"),
        ("spool", "DIR", "Where audit documents are kept before they are shipped (run/spool)"),
        ("spool-max-bytes", "SIZE", "The spool's quota: a ring lets go of the oldest, unshipped documents are refused beyond it (1Gi)"),
        ("spool-max-age", "DURATION", "The age at which the ring lets go (7d)"),
        ("spool-keep", "DURATION", "How long shipped documents stay in the spool (24h)"),
        ("audit-sync", "interval|always", "Sync documents within 5 ms, or before each answer (interval)"),
        ("audit-key", "FILE|none", "The key that signs checkpoints of the audit; made when absent (run/audit.key; with --register service the Secret coral-audit-key)"),
        ("checkpoint-dir", "DIR", "A second place for checkpoints, best on another disk (with --register service a Lease has them too)"),
        .. SearchSettings.Options,
        ("metrics-listen", "ADDRESS:PORT", "Where to serve /metrics, /healthz and /readyz in plain HTTP, or none (127.0.0.1:9102)"),
        ("cluster", "NAME", "The cluster's name in audit documents (default)"),
        ("server-version", "VERSION", "The Kubernetes version to assume, with --standalone (the newest known)"),
        ("pod-security-config", "FILE", "What the API server enforces where labels are silent, and whom it exempts: its AdmissionConfiguration or PodSecurityConfiguration"),
        ("probe-pod-security", "true|false", "Learn the cluster's Pod Security defaults by dry runs in the namespace coral-probe; alone it means true (false)"),
        ("log-level", "debug|info|warn|error", "How much is logged (info)"),
    ];

    internal static Command Build(Func<ServeOptions, CancellationToken, Task<int>> serve)
    {
        var command = new Command("serve", "Serve admission until SIGTERM or Ctrl-C. Each option is also an environment variable (--cert-dir: CORAL_CERT_DIR) and a setting of appsettings.json (coral:cert-dir).");
        var options = new Dictionary<string, Option>(StringComparer.Ordinal);
        foreach (var (name, value, help) in Texts)
        {
            options[name] = Repeatable.Contains(name)
                ? new Option<string[]>("--" + name) { Description = help, HelpName = value }
                : new Option<string?>("--" + name) { Description = help, HelpName = value };
            if (value == Switch) options[name].Arity = ArgumentArity.ZeroOrOne;
            command.Add(options[name]);
        }

        command.SetAction(async (result, cancellation) =>
        {
            var problems = new List<string>();
            var sources = SettingSources.Read("appsettings.json", Environment.GetEnvironmentVariable, problems);
            var sinks = LogSettings.Read("appsettings.json", problems);
            var read = OptionReader.Read(name => Given(result, options[name]) ?? sources.Get(name), problems);
            if (read is not null) return await serve(read with { LogSinks = sinks }, cancellation);
            foreach (var problem in problems) await Console.Error.WriteLineAsync($"coral-webhook: {problem}");
            return ExitCodes.BadInput;
        });
        return command;
    }

    private static string? Given(ParseResult result, Option option) => result.GetResult(option) switch
    {
        null or { Implicit: true } => null,
        { Tokens.Count: 0 } => "true",
        { Tokens: var tokens } => string.Join(',', tokens.Select(token => token.Value)),
    };
}
