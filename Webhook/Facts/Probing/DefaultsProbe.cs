using System.Net;
using System.Text.Json;
using Coral.Kubernetes;
using Coral.Policies;
using Coral.Policies.PodSecurity;

namespace Coral.Webhook.Facts.Probing;

/// <summary>
/// Learns what the API server applies to namespaces without Pod Security labels, by creating pods as a dry run in one such namespace (policy-and-pss.md §3.3).
/// What it cannot see: audit, which nobody is told of; exemptions, which look like privileged; and a warn level that is not above the enforced one.
/// </summary>
/// <param name="connect">A client with connections of its own, disposed after use: API servers behind one address may differ while a configuration is rolled out.</param>
internal sealed class DefaultsProbe(Func<IKubernetesClient> connect)
{
    internal const string Namespace = "coral-probe";

    private const int Rounds = 3;
    private const string LabelPrefix = "pod-security.kubernetes.io/";

    /// <summary>The strictest of what several rounds were told.</summary>
    /// <exception cref="ProbeException">A round learnt nothing.</exception>
    internal async Task<PodSecurityDefaults> AskAsync(CancellationToken cancellation)
    {
        try
        {
            var (enforce, warn) = (default(LevelVersion), default(LevelVersion));
            for (var round = 0; round < Rounds; round++)
            {
                var client = connect();
                using var closing = client as IDisposable;
                var answer = await RoundAsync(client, cancellation);
                (enforce, warn) = (Stricter(enforce, answer.Enforce), Stricter(warn, answer.Warn));
            }

            return new PodSecurityDefaults { Enforce = enforce, Warn = warn };
        }
        catch (Exception exception) when (exception is KubernetesUnreachableException or KubernetesProtocolException or KubernetesConfigException)
        {
            throw new ProbeException(ProbeText.Shown(exception.Message), exception);
        }
    }

    private static async Task<(LevelVersion Enforce, LevelVersion Warn)> RoundAsync(IKubernetesClient client, CancellationToken cancellation)
    {
        // Looked at before and after: a label that came in between makes the answers its own.
        await ExpectUnlabelledAsync(client, cancellation);
        var (enforce, warn) = await CreateAsync(client, ProbePod.HostPort, cancellation);
        if (enforce.Level == Level.Baseline)
        {
            // A refusal hides warnings; this pod is refused by restricted only.
            var plain = await CreateAsync(client, ProbePod.Plain, cancellation);
            (enforce, warn) = (Stricter(enforce, plain.Enforce), plain.Warn);
        }

        await ExpectUnlabelledAsync(client, cancellation);
        return (enforce, warn);
    }

    private static async Task ExpectUnlabelledAsync(IKubernetesClient client, CancellationToken cancellation)
    {
        JsonElement found;
        try
        {
            found = await client.GetAsync(ApiResource.Namespaces, null, Namespace, cancellation);
        }
        catch (KubernetesException exception) when (exception.StatusCode == HttpStatusCode.NotFound)
        {
            throw new ProbeException($"the namespace {Namespace} is missing: kubectl apply -k manifests/probe", exception);
        }
        catch (KubernetesException exception)
        {
            var remedy = exception.StatusCode == HttpStatusCode.Forbidden ? " (kubectl apply -k manifests/probe)" : "";
            throw new ProbeException($"the namespace {Namespace} could not be read{remedy}: {ProbeText.Shown(exception.Message)}", exception);
        }

        foreach (var label in found.Get("metadata"u8).Members("labels"u8))
        {
            if (NameOf(label) is var name && name.StartsWith(LabelPrefix, StringComparison.Ordinal))
                throw new ProbeException($"the namespace {Namespace} must have no Pod Security label: kubectl label namespace {Namespace} {ProbeText.Shown(name)}-");
        }
    }

    /// <summary>Empty for half of a surrogate pair, which is JSON but no label.</summary>
    private static string NameOf(JsonProperty member)
    {
        try
        {
            return member.Name;
        }
        catch (InvalidOperationException)
        {
            return "";
        }
    }

    /// <summary>Privileged, <c>default</c>, stands for "not refused" and "not warned".</summary>
    private static async Task<(LevelVersion Enforce, LevelVersion Warn)> CreateAsync(IKubernetesClient client, ProbePod pod, CancellationToken cancellation)
    {
        var warn = default(LevelVersion);
        var options = new WriteOptions { DryRun = true, Retry = true, Warned = text => warn = Stricter(warn, ProbeText.Warned(text) ?? default) };
        try
        {
            var stored = await client.CreateAsync(ApiResource.Pods, Namespace, pod.Body, options, cancellation);
            if (!pod.IsStillBrokenIn(stored))
                throw new ProbeException($"a webhook or policy of the cluster changes the probe's pods: have it leave out the namespace {Namespace}");
            return (default, warn);
        }
        catch (KubernetesException exception)
        {
            return (Enforced(exception), default);
        }
    }

    private static LevelVersion Enforced(KubernetesException refusal)
    {
        var message = refusal.Status is { } status ? status.Text("message"u8) : null;
        if (refusal is { StatusCode: HttpStatusCode.Forbidden, Reason: "Forbidden" } && message is not null)
        {
            if (ProbeText.Refused(message) is { } enforced) return enforced;
            if (message.StartsWith("pods is forbidden: User ", StringComparison.Ordinal))
                throw new ProbeException($"no right to create pods in the namespace {Namespace} (kubectl apply -k manifests/probe): {ProbeText.Shown(message)}", refusal);
        }

        var answer = $"{(int)refusal.StatusCode}: {ProbeText.Shown(message ?? refusal.Message)}";
        throw new ProbeException($"something other than Pod Security refuses the probe's pod in the namespace {Namespace} ({answer})", refusal);
    }

    /// <summary>By level; of one level, the newer version, which asks for more.</summary>
    private static LevelVersion Stricter(LevelVersion left, LevelVersion right)
    {
        if (left.Level != right.Level) return left.Level > right.Level ? left : right;
        return (left.Version.Minor ?? long.MaxValue) >= (right.Version.Minor ?? long.MaxValue) ? left : right;
    }
}
