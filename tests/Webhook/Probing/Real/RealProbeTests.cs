using System.Text.Json.Nodes;
using Coral.Kubernetes;
using Coral.Testing.Kit;
using Coral.Webhook.Facts.Probing;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Webhook.Tests.Probing.Real;

/// <summary>A real API server's defaults, learnt by an account that has the rights of manifests/probe and no others.</summary>
public sealed class RealProbeTests(ProbedCluster kit) : IClassFixture<ProbedCluster>
{
    private const string Baseline = "defaults: {enforce: baseline, enforce-version: latest, warn: restricted, warn-version: v1.34}";

    [KitTheory]
    [InlineData("", "privileged:latest", "privileged:latest")]
    [InlineData(Baseline, "baseline:latest", "restricted:v1.34")]
    [InlineData("defaults: {enforce: restricted, enforce-version: v1.30}", "restricted:v1.30", "privileged:latest")]
    [InlineData("defaults: {warn: baseline}", "privileged:latest", "baseline:latest")]
    // A limit: an exempt namespace looks like one where nothing is enforced.
    [InlineData("exemptions: {namespaces: [coral-probe]}\n      defaults: {enforce: restricted}", "privileged:latest", "privileged:latest")]
    public async Task The_defaults_are_learnt(string configuration, string enforce, string warn)
    {
        await kit.ConfigureAsync(configuration);
        var learnt = await ProbedCluster.Probe(await kit.AsAccountAsync(ProbedCluster.Account)).AskAsync(CancellationToken.None);

        Assert.Equal((enforce, warn), (learnt.Enforce.ToString(), learnt.Warn.ToString()));
        Assert.Empty((await kit.Api.Get("/api/v1/namespaces/coral-probe/pods")).Expect()["items"]!.AsArray());
    }

    [KitFact]
    public async Task The_account_can_do_nothing_elsewhere()
    {
        using var client = new KubernetesClient(await kit.AsAccountAsync(ProbedCluster.Account), TimeProvider.System, NullLoggerFactory.Instance);
        var dry = new WriteOptions { DryRun = true };
        Task[] attempts =
        [
            client.CreateAsync(ApiResource.Pods, "default", ProbePod.Plain.Body, dry),
            client.CreateAsync(ApiResource.Pods, "coral-system", ProbePod.Plain.Body, dry),
            client.GetAsync(ApiResource.Namespaces, null, "default"),
            client.ListAsync(ApiResource.Namespaces),
            client.ListAsync(ApiResource.Pods, new ListOptions { Namespace = "coral-probe" }),
            client.DeleteAsync(ApiResource.Namespaces, null, "coral-probe", dry),
        ];
        foreach (var attempt in attempts) Assert.Equal(System.Net.HttpStatusCode.Forbidden, (await Assert.ThrowsAsync<KubernetesException>(() => attempt)).StatusCode);
    }

    [KitFact]
    public async Task An_account_without_the_role_is_told_what_to_apply()
    {
        var problem = await ProblemAsync("/api/v1/namespaces/default/serviceaccounts/default");
        Assert.StartsWith("the namespace coral-probe could not be read (kubectl apply -k manifests/probe): namespaces \"coral-probe\" is forbidden", problem, StringComparison.Ordinal);

        var role = "/apis/rbac.authorization.k8s.io/v1/namespaces/coral-probe/roles/coral-probe";
        var whole = (await kit.Api.Get(role)).Expect();
        (await kit.Api.Merge(role, new JsonObject { ["rules"] = new JsonArray(whole["rules"]![1]!.DeepClone()) })).Expect();
        await Eventually.Async(
            async () => (await ProblemAsync(ProbedCluster.Account)).StartsWith("no right to create pods in the namespace coral-probe (kubectl apply -k manifests/probe): pods is forbidden: User", StringComparison.Ordinal),
            TimeSpan.FromSeconds(30), "the missing right is told");
        (await kit.Api.Merge(role, new JsonObject { ["rules"] = whole["rules"]!.DeepClone() })).Expect();
        await AnswersAgainAsync();
    }

    [KitFact]
    public async Task A_label_or_a_policy_of_others_gives_no_level()
    {
        const string Namespace = "/api/v1/namespaces/coral-probe";
        (await kit.Api.Merge(Namespace, JsonNode.Parse("""{"metadata":{"labels":{"pod-security.kubernetes.io/audit":"restricted"}}}""")!)).Expect();
        Assert.Equal("the namespace coral-probe must have no Pod Security label: kubectl label namespace coral-probe pod-security.kubernetes.io/audit-", await ProblemAsync(ProbedCluster.Account));
        (await kit.Api.Merge(Namespace, JsonNode.Parse("""{"metadata":{"labels":{"pod-security.kubernetes.io/audit":null}}}""")!)).Expect();

        await kit.ConfigureAsync("");
        const string Policies = "/apis/admissionregistration.k8s.io/v1";
        (await kit.Api.Create($"{Policies}/validatingadmissionpolicies", JsonNode.Parse("""
            {"metadata":{"name":"probe-test"},"spec":{"failurePolicy":"Fail","matchConstraints":{"resourceRules":[{"apiGroups":[""],"apiVersions":["v1"],"operations":["CREATE"],"resources":["pods"]}]},
             "validations":[{"expression":"!object.spec.containers.exists(c, has(c.ports))","message":"violates PodSecurity \"baseline:latest\": no","reason":"Forbidden"}]}}
            """)!)).Expect();
        (await kit.Api.Create($"{Policies}/validatingadmissionpolicybindings", JsonNode.Parse("""{"metadata":{"name":"probe-test"},"spec":{"policyName":"probe-test","validationActions":["Deny"]}}""")!)).Expect();
        await Eventually.Async(
            async () => (await ProblemAsync(ProbedCluster.Account)).Contains("ValidatingAdmissionPolicy 'probe-test'", StringComparison.Ordinal), TimeSpan.FromSeconds(60), "the policy is told");
        (await kit.Api.Delete($"{Policies}/validatingadmissionpolicybindings/probe-test")).Expect();
        (await kit.Api.Delete($"{Policies}/validatingadmissionpolicies/probe-test")).Expect();
        await AnswersAgainAsync();
    }

    /// <summary>The problem; empty where there is none.</summary>
    private async Task<string> ProblemAsync(string account)
    {
        try
        {
            await ProbedCluster.Probe(await kit.AsAccountAsync(account)).AskAsync(CancellationToken.None);
            return "";
        }
        catch (ProbeException unknown)
        {
            return unknown.Message;
        }
    }

    private Task AnswersAgainAsync() => Eventually.Async(async () => (await ProblemAsync(ProbedCluster.Account)).Length == 0, TimeSpan.FromSeconds(60), "the probe is answered again");
}
