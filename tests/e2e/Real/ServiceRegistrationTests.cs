using System.Text;
using System.Text.Json.Nodes;
using Coral.EndToEnd.Harness;
using Coral.Testing.Kit;

namespace Coral.EndToEnd.Real;

/// <summary>Behind a Service: replicas share one CA in a Secret, the entries name the Service, and stay when a process ends.</summary>
[Collection("stage")]
public sealed class ServiceRegistrationTests(Stage stage)
{
    private const string Configuration = "/apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/coral-policy";
    private const string Secret = "/api/v1/namespaces/coral-system/secrets/coral-webhook-tls";

    [KitFact]
    public async Task Replicas_behind_a_service_share_one_CA_and_leave_the_entries_in()
    {
        await stage.Api.CreateNamespace("coral-system");
        var options = new WebhookOptions { Kubeconfig = stage.Cluster.Kubeconfig, Register = "service" };
        var starting = await Task.WhenAll(WebhookProcess.Start(options), WebhookProcess.Start(options));

        var authority = Encoding.UTF8.GetString(Convert.FromBase64String((string)(await stage.Api.Get(Secret)).Expect()["data"]!["ca.crt"]!));
        foreach (var webhook in starting)
        {
            using var client = new ReviewClient(webhook.Url, authority, name: "coral-webhook.coral-system.svc");
            Assert.True((await client.Mutate(Reviews.For(Pods.Hardened("p"), "nowhere"))).Allowed);
        }

        var entry = (await stage.Api.Get(Configuration)).Expect()["webhooks"]![0]!["clientConfig"]!;
        Assert.Equal(authority, Encoding.UTF8.GetString(Convert.FromBase64String((string)entry["caBundle"]!)));
        Assert.Equal(("coral-system", "coral-webhook"), ((string?)entry["service"]!["namespace"], (string?)entry["service"]!["name"]));
        Assert.Null(entry["url"]);

        foreach (var webhook in starting) await webhook.DisposeAsync();
        Assert.True((await stage.Api.Get(Configuration)).Ok);

        // Back to the entries of the other tests.
        await stage.Webhook.RestartAsync();
        Assert.NotNull((string?)(await stage.Api.Get(Configuration)).Expect()["webhooks"]![0]!["clientConfig"]!["url"]);
    }
}
