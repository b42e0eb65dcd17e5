using System.Text.Json.Nodes;
using Coral.Policies.Bundles;
using Coral.Policies.Variants;
using Coral.Testing;

namespace Coral.Policies.Tests.Decisions;

/// <summary>The sidecar manifests under the source documents' names are what the catalogue says, with the source's own set of capabilities.</summary>
public sealed class SourceSampleTests
{
    [Theory]
    [InlineData("restricted")]
    [InlineData("ebpf-minimal")]
    [InlineData("ebpf-full")]
    [InlineData("ebpf-privileged")]
    public void K48_K83_a_sidecar_of_the_source_has_the_context_and_resources_of_its_variant(string name)
    {
        var variant = VariantCatalogue.Shipped.Find(name)!;
        var sample = Sidecar(name);

        var expected = JsonNode.Parse(variant.Container.GetProperty("securityContext").GetRawText())!;
        // The source always adds it; the webhook only where memory for maps may be limited (C-7).
        if (variant.MemlockCapability is { } memlock) expected["capabilities"]!["add"]!.AsArray().Add(memlock);
        Assert.True(JsonNode.DeepEquals(expected, sample["securityContext"]), $"{name}: {sample["securityContext"]} is not {expected}");
        Assert.True(JsonNode.DeepEquals(JsonNode.Parse(variant.Container.GetProperty("resources").GetRawText()), sample["resources"]), $"{name}: resources");
        Assert.Equal(name, (string?)sample["env"]!.AsArray().Single(variable => (string?)variable!["name"] == "CORAL_VARIANT")!["value"]);
        Assert.Equal(("coral-agent", "Always"), ((string?)sample["name"], (string?)sample["restartPolicy"]));
        Assert.Equal(
            variant.Container.GetProperty("ports").EnumerateArray().Select(port => port.GetProperty("containerPort").GetInt32()),
            sample["ports"]!.AsArray().Select(port => (int)port!["containerPort"]!));
    }

    [Fact]
    public void K2_K5_the_compose_form_shares_the_applications_namespaces_and_has_the_four_capabilities()
    {
        var agent = YamlDocuments.ReadFile(Path.Combine(Repository.Root, "manifests", "samples", "source", "compose.yaml")).Single().Object.GetProperty("services").GetProperty("coral-agent");

        Assert.Equal(("service:app", "service:app", "coral-agent:latest"), (agent.GetProperty("pid").GetString(), agent.GetProperty("network_mode").GetString(), agent.GetProperty("image").GetString()));
        Assert.Equal(["NET_ADMIN", "SYS_ADMIN", "SYS_PTRACE", "SYS_RESOURCE"], agent.GetProperty("cap_add").EnumerateArray().Select(name => name.GetString()));
    }

    private static JsonNode Sidecar(string variant)
    {
        var file = Path.Combine(Repository.Root, "manifests", "samples", "source", $"agent-sidecar-{variant}.yaml");
        var deployment = Assert.Single(YamlDocuments.ReadFile(file), document => document.Object.GetProperty("kind").GetString() == "Deployment").Object;
        return JsonNode.Parse(deployment.GetProperty("spec").GetProperty("template").GetProperty("spec").GetProperty("initContainers")[0].GetRawText())!;
    }
}
