using System.Text.Json;
using Coral.Webhook.Registration;

namespace Coral.Webhook.Tests;

/// <summary>The entries that are registered (design §3): what the API server sends us, and what it does without us.</summary>
public sealed class RegistrationTests
{
    private static readonly JsonElement Mutating = JsonDocument.Parse(WebhookEntries.Mutating(new ClientAddress.Url("https://127.0.0.1:8443"), "PEM")).RootElement;
    private static readonly JsonElement Validating = JsonDocument.Parse(WebhookEntries.Validating(new ClientAddress.Service("coral-system", "coral-webhook", 443), "PEM")).RootElement;

    [Fact]
    public void Entries_have_the_names_of_the_design()
    {
        Assert.Equal(["namespace.inject.coral.io", "pod.inject.coral.io"], Entries(Mutating).Select(Name));
        Assert.Equal(["required.coral.io", "warn.coral.io"], Entries(Validating).Select(Name));
    }

    [Fact]
    public void Only_the_required_entry_fails_closed()
    {
        foreach (var entry in Entries(Mutating).Concat(Entries(Validating)))
        {
            Assert.Equal(Name(entry) == "required.coral.io" ? "Fail" : "Ignore", entry.GetProperty("failurePolicy").GetString());
            Assert.Equal(2, entry.GetProperty("timeoutSeconds").GetInt32());
            Assert.Equal("None", entry.GetProperty("sideEffects").GetString());
            Assert.Equal("[\"v1\"]", entry.GetProperty("admissionReviewVersions").GetRawText());
        }
    }

    [Fact]
    public void Only_mutating_entries_are_reinvoked()
    {
        Assert.All(Entries(Mutating), entry => Assert.Equal("IfNeeded", entry.GetProperty("reinvocationPolicy").GetString()));
        Assert.All(Entries(Validating), entry => Assert.False(entry.TryGetProperty("reinvocationPolicy", out _)));
    }

    [Fact]
    public void The_required_entry_never_stands_in_the_way_of_the_system()
    {
        var selector = Entries(Validating).First().GetProperty("namespaceSelector").GetRawText();

        foreach (var name in new[] { "kube-system", "kube-public", "kube-node-lease", "coral-system" }) Assert.Contains($"\"{name}\"", selector, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pod_that_opted_out_is_not_held_by_an_outage_of_ours()
    {
        Assert.Equal("""{"matchExpressions":[{"key":"coral.io/inject","operator":"NotIn","values":["false"]}]}""", Entries(Validating).First().GetProperty("objectSelector").GetRawText());
    }

    [Fact]
    public void Conditions_use_nothing_that_fails_every_call()
    {
        foreach (var condition in Entries(Mutating).Concat(Entries(Validating)).SelectMany(entry => entry.GetProperty("matchConditions").EnumerateArray()))
            Assert.DoesNotContain("namespaceObject", condition.GetProperty("expression").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_url_and_a_service_are_written_each_in_its_form()
    {
        Assert.Equal("https://127.0.0.1:8443/mutate", Entries(Mutating).First().GetProperty("clientConfig").GetProperty("url").GetString());
        var service = Entries(Validating).First().GetProperty("clientConfig").GetProperty("service");
        Assert.Equal(("coral-system", "coral-webhook", "/validate", 443), (service.GetProperty("namespace").GetString(), Name(service), service.GetProperty("path").GetString(), service.GetProperty("port").GetInt32()));
    }

    private static IEnumerable<JsonElement> Entries(JsonElement configuration) => configuration.GetProperty("webhooks").EnumerateArray();

    private static string? Name(JsonElement item) => item.GetProperty("name").GetString();
}
