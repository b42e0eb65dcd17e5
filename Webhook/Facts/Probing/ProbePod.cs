using System.Text;
using System.Text.Json;
using Coral.Policies;
using Coral.Policies.PodSecurity;

namespace Coral.Webhook.Facts.Probing;

/// <summary>A pod that the API server is asked about and that never comes to be.</summary>
/// <param name="Body">What is sent.</param>
/// <param name="Breaks">The lowest level that refuses it, at every version of the standards.</param>
internal sealed record ProbePod(byte[] Body, Level Breaks)
{
    internal const string Name = "coral-probe";

    /// <summary>Hardened but for a host port: the mildest thing that baseline refuses, and nothing that a runtime's watchman would ring for.</summary>
    internal static readonly ProbePod HostPort = new(Write("""
        "securityContext":{"runAsNonRoot":true,"runAsUser":65532,"seccompProfile":{"type":"RuntimeDefault"}},
        "containers":[{"name":"probe","image":"coral-probe.invalid/never-runs","ports":[{"containerPort":65535,"hostPort":65535}],
          "securityContext":{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]}}}]
        """), Level.Baseline);

    /// <summary>Says nothing about security, which baseline admits and restricted does not.</summary>
    internal static readonly ProbePod Plain = new(Write("""
        "containers":[{"name":"probe","image":"coral-probe.invalid/never-runs"}]
        """), Level.Restricted);

    /// <summary>Whether a pod of the answer still breaks the level: a mutating webhook may have mended what we look for.</summary>
    internal bool IsStillBrokenIn(JsonElement stored) => !PodSecurityEvaluator.Evaluate(new PodView(stored), Breaks, PolicyVersion.V1(0)).Allowed;

    /// <summary>Without any label of ours, even one that opts out: pods that have one are sent to our own webhook.</summary>
    private static byte[] Write(string spec) => Encoding.UTF8.GetBytes($$$"""
        {"apiVersion":"v1","kind":"Pod",
         "metadata":{"name":"{{{Name}}}","labels":{"app.kubernetes.io/name":"{{{Name}}}","app.kubernetes.io/part-of":"coral"}},
         "spec":{"restartPolicy":"Never","automountServiceAccountToken":false,"enableServiceLinks":false,
        {{{spec}}}}}
        """);
}
