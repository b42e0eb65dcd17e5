using System.Text.Json.Nodes;
using Coral.EndToEnd.Harness;

namespace Coral.EndToEnd.Real;

/// <summary>Policies that change while the webhook serves: objects of a real API server, whose own validation is got round to store a bad one.</summary>
[Collection("stage")]
public sealed class PolicyReloadTests(Stage stage)
{
    private const string Path = "/apis/coral.io/v1alpha1/injectionpolicies/reload";

    private const string Definition = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/injectionpolicies.coral.io";

    [KitFact]
    public async Task A_policy_that_goes_bad_keeps_its_last_good_version_and_is_told_in_condition_metric_and_page()
    {
        await stage.NamespaceAsync("reloaded", "restricted");
        (await stage.Api.Apply(Path, Policy("annotate"))).Expect();
        await ConditionAsync("True", "Read");
        await stage.VariantBecomesAsync("reloaded", "restricted");
        Assert.Equal(0, Stage.Sidecars((await stage.Api.CreatePod("reloaded", Pods.Hardened("p"), dryRun: true)).Expect()));

        // An older definition, or one of another release, may let through what this webhook cannot read.
        var definition = (await stage.Api.Get(Definition)).Expect();
        await LoosenAsync(definition.DeepClone());
        try
        {
            await Eventually.Async(async () => (await stage.Api.Apply(Path, Policy("sometimes"))).Ok, TimeSpan.FromSeconds(30), "the API server stores a bad policy");
            var condition = await ConditionAsync("False", "Mistakes");
            Assert.Contains("spec.rollout: unknown rollout \"sometimes\"", (string)condition["message"]!, StringComparison.Ordinal);
            Assert.Contains("coral_policies{state=\"invalid\"} 1\n", await stage.Webhook.Page("/metrics"), StringComparison.Ordinal);
            Assert.Contains("[+] policy: InjectionPolicy reload has mistakes; its last good version goes on to apply: spec.rollout", await stage.Webhook.Page("/readyz"), StringComparison.Ordinal);
            Assert.Equal(0, Stage.Sidecars((await stage.Api.CreatePod("reloaded", Pods.Hardened("p"), dryRun: true)).Expect()));
        }
        finally
        {
            (await stage.Api.Apply(Path, Policy("inject"))).Expect();
            await stage.Cluster.Kubectl("apply", "--server-side", "--force-conflicts", "-k", System.IO.Path.Join(Stage.Root, "manifests", "crds"));
        }

        await ConditionAsync("True", "Read");
        await Eventually.Async(async () => Stage.Sidecars((await stage.Api.CreatePod("reloaded", Pods.Hardened("p"), dryRun: true)).Expect()) == 1, TimeSpan.FromSeconds(30), "the mended policy applies");
        Assert.Contains("coral_policies{state=\"invalid\"} 0\n", await stage.Webhook.Page("/metrics"), StringComparison.Ordinal);
        (await stage.Api.Delete(Path)).Expect();
    }

    private static JsonObject Policy(string rollout) => new()
    {
        ["apiVersion"] = "coral.io/v1alpha1",
        ["kind"] = "InjectionPolicy",
        ["metadata"] = new JsonObject { ["name"] = "reload" },
        ["spec"] = new JsonObject { ["match"] = new JsonObject { ["namespaces"] = new JsonObject { ["names"] = new JsonArray("reloaded") } }, ["rollout"] = rollout },
    };

    private async Task LoosenAsync(JsonNode definition)
    {
        definition["metadata"]!.AsObject().Remove("managedFields");
        definition["spec"]!["versions"]![0]!["schema"]!["openAPIV3Schema"]!["properties"]!["spec"] = new JsonObject { ["type"] = "object", ["x-kubernetes-preserve-unknown-fields"] = true };
        (await stage.Api.Send(HttpMethod.Put, Definition, definition)).Expect();
    }

    private Task<JsonNode> ConditionAsync(string status, string reason) => Eventually.Async<JsonNode>(
        async () =>
        {
            var policy = (await stage.Api.Get(Path)).Expect();
            var condition = (policy["status"]?["conditions"] as JsonArray)?.FirstOrDefault(item => (string?)item!["type"] == "Valid");
            return (string?)condition?["status"] == status && (string?)condition["reason"] == reason && (long?)condition["observedGeneration"] == (long?)policy["metadata"]!["generation"] ? condition : null;
        },
        TimeSpan.FromSeconds(30),
        $"the condition says {status}, {reason}");
}
