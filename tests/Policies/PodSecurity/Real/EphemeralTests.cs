using System.Text.Json;
using System.Text.Json.Nodes;
using Coral.Policies.PodSecurity;
using Coral.Policies.Tests.Real;
using Coral.Testing.Kit;

namespace Coral.Policies.Tests.PodSecurity.Real;

/// <summary>Ephemeral containers come by an update of a running pod, so a real pod is made and the update is a dry run.</summary>
[Collection(RealCollection.Name)]
public sealed class EphemeralTests(RealCluster cluster)
{
    private static readonly string[] Contexts =
    [
        "{}", """{"privileged":true}""", """{"runAsUser":0}""", """{"runAsNonRoot":false}""", """{"capabilities":{"add":["SYS_PTRACE"]}}""", """{"seccompProfile":{"type":"Unconfined"}}""",
        """{"appArmorProfile":{"type":"Unconfined"}}""", """{"seLinuxOptions":{"type":"spc_t","user":"u"}}""", """{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"]}}""",
    ];

    [KitFact]
    public async Task An_ephemeral_container_is_judged_as_the_api_server_does()
    {
        foreach (var asked in new[] { new LevelVersion(Level.Baseline, default), new(Level.Restricted, default), new(Level.Restricted, Pods.Version("v1.20")) })
        {
            var name = "ephemeral-" + asked.ToString().Replace(':', '-').Replace('.', '-');
            await cluster.Api.CreateNamespace(name, ("pod-security.kubernetes.io/enforce", asked.Level.ToText()), ("pod-security.kubernetes.io/enforce-version", asked.Version.ToString()));
            var pods = $"/api/v1/namespaces/{name}/pods";
            var pod = JsonNode.Parse($$"""{"metadata":{"name":"p"},"spec":{"containers":[{{Pods.Hardened}}]} }""")!.AsObject();
            (await cluster.Api.Create(pods, pod)).Expect();
            foreach (var context in Contexts)
            {
                var container = JsonNode.Parse($$"""{"name":"debug","image":"i","securityContext":{{context}} }""");
                pod["spec"]!["ephemeralContainers"] = new JsonArray(container);
                var patch = new JsonObject { ["spec"] = new JsonObject { ["ephemeralContainers"] = new JsonArray(container!.DeepClone()) } };

                var answer = await cluster.Api.Merge($"{pods}/p/ephemeralcontainers?dryRun=All", patch);

                var message = answer.Ok ? "" : answer.Message!;
                var start = message.IndexOf("violates", StringComparison.Ordinal);
                Assert.True(start >= 0 || answer.Ok, message);
                var verdict = PodSecurityEvaluator.Evaluate(new PodView(JsonSerializer.SerializeToElement(pod)), asked.Level, asked.Version.Clamp(new KubernetesVersion(1, 36)));
                Assert.Equal(start < 0 ? "" : message[start..], verdict.ForbiddenText(asked));
            }
        }
    }
}
