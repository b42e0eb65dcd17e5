using System.Text.Json;
using Coral.Policies.PodSecurity;
using Coral.Policies.PodSecurity.Admission;

namespace Coral.Policies.Tests.PodSecurity.Admission;

/// <summary>Requests to judge, in the namespace <c>shop</c>.</summary>
internal static class Requests
{
    /// <summary>A container that baseline refuses.</summary>
    public const string Privileged = """{"name":"a","image":"i","securityContext":{"privileged":true}}""";

    /// <summary>A container that only restricted refuses.</summary>
    public const string Plain = """{"name":"a","image":"i"}""";

    /// <summary>The resources with a pod template, and the path of members that leads to it.</summary>
    public static readonly (string Resource, string[] Path)[] Workloads =
    [
        ("replicationcontrollers", ["spec", "template"]), ("podtemplates", ["template"]), ("replicasets.apps", ["spec", "template"]), ("deployments.apps", ["spec", "template"]),
        ("statefulsets.apps", ["spec", "template"]), ("daemonsets.apps", ["spec", "template"]), ("jobs.batch", ["spec", "template"]),
        ("cronjobs.batch", ["spec", "jobTemplate", "spec", "template"]),
    ];

    public static PodSecurityRequest Create(string container, string more = "") => new() { Namespace = "shop", Object = Pod(container, more) };

    public static PodSecurityRequest Update(string pod, string old) => new()
    {
        Namespace = "shop",
        Operation = "UPDATE",
        Object = JsonElement.Parse(pod),
        OldObject = JsonElement.Parse(old),
    };

    public static PodSecurityRequest Workload(string resource, string template)
    {
        var path = Workloads.Single(workload => workload.Resource == resource).Path;
        return new() { Namespace = "shop", Resource = resource, Object = JsonElement.Parse(path.Reverse().Aggregate(template, (inner, name) => $$"""{"{{name}}":{{inner}}}""")) };
    }

    public static JsonElement Pod(string container, string more = "") =>
        JsonElement.Parse($$"""{"metadata":{"name":"p"},"spec":{"containers":[{{container}}]{{(more.Length > 0 ? "," + more : "")}} } }""");

    /// <summary>Levels from labels without their prefix: <c>enforce=baseline warn-version=v1.20</c>.</summary>
    public static NamespaceLevels Levels(string labels, PodSecurityDefaults? defaults = null) => NamespaceLevels.Read(
        labels.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(label => label.Split('='))
            .ToDictionary(parts => "pod-security.kubernetes.io/" + parts[0], parts => parts[1], StringComparer.Ordinal),
        defaults ?? PodSecurityDefaults.BuiltIn);

    public static PodSecurityOutcome Judge(PodSecurityRequest request, string labels, PodSecurityDefaults? defaults = null) =>
        PodSecurityAdmission.Judge(request, Levels(labels, defaults), defaults ?? PodSecurityDefaults.BuiltIn);

    /// <summary>The audit annotations in one line, without their prefix.</summary>
    public static string Annotations(this PodSecurityOutcome outcome) =>
        string.Join(' ', outcome.AuditAnnotations.Select(item => $"{item.Key["pod-security.kubernetes.io/".Length..]}={item.Value}"));
}
