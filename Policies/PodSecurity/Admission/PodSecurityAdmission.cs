using System.Collections.Immutable;

namespace Coral.Policies.PodSecurity.Admission;

/// <summary>
/// What the API server's PodSecurity plug-in does with one request for a pod or a workload, with the same words (k8s.io/pod-security-admission, as in Kubernetes 1.36).
/// Namespaces, which that plug-in validates too, are not judged here. Pure and thread safe.
/// </summary>
public static class PodSecurityAdmission
{
    /// <summary>Judges a request. Never throws, whatever the JSON.</summary>
    /// <param name="request">The request.</param>
    /// <param name="levels">The levels of its namespace.</param>
    /// <param name="defaults">What the server is configured with: its exemptions are looked at in the plug-in's order, namespace, user, runtime class.</param>
    /// <param name="server">The API server's version, which bounds the versions that are evaluated; null for the newest known.</param>
    public static PodSecurityOutcome Judge(PodSecurityRequest request, NamespaceLevels levels, PodSecurityDefaults defaults, KubernetesVersion? server = null)
    {
        if (request.Operation is not ("CREATE" or "UPDATE")) return PodSecurityOutcome.Silent;
        var isPod = request.Resource == "pods";
        if (isPod ? IsIgnored(request.SubResource) : request.SubResource.Length > 0) return PodSecurityOutcome.Silent;
        var kind = KindOf(request.Resource);
        if (kind is null) return PodSecurityOutcome.Silent;

        var exemption = defaults.Exempts(request.Namespace, request.Username, runtimeClass: null);
        if (exemption != PodSecurityExemption.None) return Exempt(exemption);
        if (levels is { Problems.IsEmpty: true, Audit.Level: Level.Privileged, Warn.Level: Level.Privileged })
        {
            if (!isPod) return PodSecurityOutcome.Silent;

            // The plug-in says so without looking at the version that the namespace asks for.
            if (levels.Enforce.Level == Level.Privileged) return PodSecurityOutcome.Silent.Annotate("enforce-policy", $"{default(LevelVersion)}");
        }

        var pod = WorkloadTemplate.Find(request.Object, kind);
        if (isPod && request.Operation == "UPDATE" && !SignificantUpdate.Is(pod, request.OldObject)) return PodSecurityOutcome.Silent;
        var runtimeClass = RawText.Of(pod.Member("spec"u8).Member("runtimeClassName"u8));
        exemption = defaults.Exempts(request.Namespace, request.Username, runtimeClass);
        if (exemption != PodSecurityExemption.None) return Exempt(exemption);

        var form = isPod && request.Operation == "CREATE" ? PodForm.New : PodForm.AsItStands;
        return Evaluate(new PodView(pod), form, levels, enforce: isPod, server);
    }

    private static PodSecurityOutcome Evaluate(in PodView pod, PodForm form, NamespaceLevels levels, bool enforce, KubernetesVersion? server)
    {
        var outcome = PodSecurityOutcome.Silent;
        if (!levels.Problems.IsEmpty) outcome = outcome.Annotate("error", $"Failed to parse policy: {Aggregate(levels.Problems)}");
        if (enforce)
        {
            var enforced = levels.Enforce.Value;
            outcome = outcome.Annotate("enforce-policy", enforced.ToString()) with { Refusal = Ask(pod, enforced, form, server).ForbiddenText(enforced) };
        }

        var audited = levels.Audit.Value;
        var audit = Ask(pod, audited, form, server);
        if (!audit.Allowed) outcome = outcome.Annotate("audit-violations", audit.WarningText(audited));
        if (!outcome.Allowed) return outcome;

        var warned = levels.Warn.Value;
        var warn = Ask(pod, warned, form, server);
        return warn.Allowed ? outcome : outcome with { Warnings = [warn.WarningText(warned)] };
    }

    private static Verdict Ask(in PodView pod, LevelVersion asked, PodForm form, KubernetesVersion? server) =>
        PodSecurityEvaluator.Evaluate(pod, asked.Level, asked.Version.Clamp(server), form);

    private static PodSecurityOutcome Exempt(PodSecurityExemption exemption) => (PodSecurityOutcome.Silent with { Exemption = exemption }).Annotate("exempt", exemption switch
    {
        PodSecurityExemption.Namespace => "namespace",
        PodSecurityExemption.User => "user",
        _ => "runtimeClass",
    });

    private static bool IsIgnored(string podSubresource) =>
        podSubresource is "exec" or "attach" or "binding" or "eviction" or "log" or "portforward" or "proxy" or "status";

    private static string? KindOf(string resource) => resource switch
    {
        "pods" => "Pod",
        "replicationcontrollers" => "ReplicationController",
        "podtemplates" => "PodTemplate",
        "replicasets.apps" => "ReplicaSet",
        "deployments.apps" => "Deployment",
        "statefulsets.apps" => "StatefulSet",
        "daemonsets.apps" => "DaemonSet",
        "jobs.batch" => "Job",
        "cronjobs.batch" => "CronJob",
        _ => null,
    };

    /// <summary>As the API server prints several errors: each once, in brackets where there is more than one.</summary>
    private static string Aggregate(ImmutableArray<string> problems)
    {
        var distinct = problems.Distinct(StringComparer.Ordinal).ToList();
        return distinct.Count == 1 ? distinct[0] : $"[{string.Join(", ", distinct)}]";
    }
}
