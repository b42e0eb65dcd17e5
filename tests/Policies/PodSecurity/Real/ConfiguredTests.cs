using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Coral.Policies.PodSecurity;
using Coral.Policies.PodSecurity.Admission;
using Coral.Testing.Kit;
using Xunit.Abstractions;

namespace Coral.Policies.Tests.PodSecurity.Real;

/// <summary>Configured defaults, exemptions and the annotations in the audit log, against the API server's own plug-in.</summary>
public sealed class ConfiguredTests(ConfiguredCluster cluster, ITestOutputHelper output) : IClassFixture<ConfiguredCluster>
{
    private const string Administrator = "kit-admin";
    private const string ExemptUser = "exempt-user";

    private static readonly Labelled[] Namespaces =
    [
        new("silent", ""), new("exempt", "enforce=restricted"), new("strict", "enforce=restricted audit=restricted audit-version=v1.20 warn=privileged"),
        new("open", "enforce=privileged enforce-version=v1.30 audit=privileged warn=privileged"), new("quiet", "audit=privileged warn=privileged"), new("warned", "enforce=privileged audit=restricted"),
    ];

    private static readonly string[] Containers =
    [
        Pods.Hardened, """{"name":"a","image":"i"}""", """{"name":"a","image":"i","securityContext":{"privileged":true}}""",
        """{"name":"a","image":"i","livenessProbe":{"tcpSocket":{"port":1,"host":"127.0.0.1"}}}""",
    ];

    [KitFact]
    public async Task Verdict_warnings_and_audit_annotations_are_those_of_the_api_server()
    {
        foreach (var room in Namespaces) await room.Create(cluster.Api);
        var cases = (from room in Namespaces
                     from container in Containers
                     from runtimeClass in new[] { null, "exempt-class", "other-class" }
                     from resource in new[] { "pods", "deployments.apps" }
                     select new Case(room, resource, Pod(container, runtimeClass), Administrator)).ToList();
        cases.AddRange(
            from room in Namespaces from resource in new[] { "pods", "deployments.apps" } select new Case(room, resource, Pod(Containers[2], "exempt-class"), ExemptUser));

        var asked = new PluginAnswer[cases.Count];
        await Parallel.ForAsync(0, cases.Count, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (at, _) => asked[at] = await Ask(cases[at], Manager(at)));

        var annotations = new HashSet<string>(StringComparer.Ordinal);
        for (var at = 0; at < cases.Count; at++)
        {
            var ours = cases[at].Ours();
            var audited = await Audited(Manager(at));
            Assert.True(asked[at] == PluginAnswer.Of(ours), $"{cases[at]}\ntheirs: {asked[at]}\nours:   {PluginAnswer.Of(ours)}");
            Assert.True(audited.SequenceEqual(ours.AuditAnnotations), $"{cases[at]}\ntheirs: {Text(audited)}\nours:   {Text(ours.AuditAnnotations)}");
            annotations.UnionWith(ours.AuditAnnotations.Keys.Select(key => key["pod-security.kubernetes.io/".Length..] + (ours.Exemption == PodSecurityExemption.None ? "" : $" {ours.Exemption}")));
        }

        output.WriteLine($"{cases.Count} requests: {string.Join(", ", annotations.Order(StringComparer.Ordinal))}");
        Assert.Equal(["audit-violations", "enforce-policy", "exempt Namespace", "exempt RuntimeClass", "exempt User"], annotations.Order(StringComparer.Ordinal));
    }

    [KitFact]
    public async Task An_update_that_is_not_judged_leaves_no_annotation()
    {
        var room = new Labelled("updated", "enforce=baseline");
        await room.Create(cluster.Api);
        var old = (await cluster.Api.Create($"/api/v1/namespaces/{room.Name}/pods", Pod(Containers[1], null))).Expect();
        foreach (var image in new[] { "i", "j" })
        {
            var changed = old.DeepClone();
            changed["metadata"]!.AsObject().Remove("resourceVersion");
            changed["metadata"]!["labels"] = new JsonObject { ["a"] = "b" };
            changed["spec"]!["containers"]![0]!["image"] = image;

            var answer = await cluster.Api.Send(HttpMethod.Put, $"/api/v1/namespaces/{room.Name}/pods/p?dryRun=All&fieldManager=update-{image}", changed);

            var ours = room.Judge(
                new() { Namespace = "", Operation = "UPDATE", Object = Labelled.Element(changed), OldObject = Labelled.Element(old), Username = Administrator },
                ConfiguredCluster.Defaults);
            var audited = await Audited($"update-{image}");
            Assert.Equal(PluginAnswer.Of(answer), PluginAnswer.Of(ours));
            Assert.Equal(Text(audited), Text(ours.AuditAnnotations));
            Assert.Equal(image == "j", audited.Count > 0);
        }
    }

    private static JsonObject Pod(string container, string? runtimeClass)
    {
        var pod = JsonNode.Parse($$"""{"metadata":{"name":"p"},"spec":{"containers":[{{container}}]} }""")!.AsObject();
        if (runtimeClass is not null) pod["spec"]!["runtimeClassName"] = runtimeClass;
        return pod;
    }

    private static string Manager(int at) => $"case-{at}";

    private static string Text(ImmutableSortedDictionary<string, string> annotations) => string.Join(", ", annotations.Select(item => $"{item.Key}={item.Value}"));

    private Task<ImmutableSortedDictionary<string, string>> Audited(string manager) =>
        Eventually.Async(() => Task.FromResult(cluster.AuditAnnotations(manager)), TimeSpan.FromSeconds(60), $"the audit event of {manager} is written");

    private async Task<PluginAnswer> Ask(Case one, string manager)
    {
        var path = $"{one.Room.Collection(one.Resource)}&fieldManager={manager}";
        if (one.User == Administrator) return PluginAnswer.Of(await cluster.Api.Send(HttpMethod.Post, path, one.Body))!;

        // The client certificate is the administrator's: kubectl impersonates.
        var result = await cluster.Cluster.TryKubectl(["create", "--as", one.User, "--as-group", "system:masters", "--raw", path, "-f", "-"], one.Body.ToJsonString());
        Assert.True(result.ExitCode == 0, $"{one}: {result}");
        const string Warning = "Warning: ";
        var warnings = result.Errors.Split('\n').Where(line => line.StartsWith($"{Warning}would violate", StringComparison.Ordinal));
        return new("", string.Join('\n', warnings.Select(line => line[Warning.Length..])));
    }

    private sealed record Case(Labelled Room, string Resource, JsonObject Pod, string User)
    {
        public JsonObject Body { get; } = Resource == "pods" ? Pod : Workloads.Of(Resource, Pod);

        public PodSecurityOutcome Ours() => Room.Judge(new() { Namespace = "", Resource = Resource, Object = Labelled.Element(Body), Username = User }, ConfiguredCluster.Defaults);

        public override string ToString() => $"{User} in {Room.Name} ({Room.Labels}): {Resource} {Pod.ToJsonString()}";
    }
}
