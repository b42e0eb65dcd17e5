using System.Text.Json;
using Coral.Policies.Bundles;
using Coral.Testing;

namespace Coral.Policies.Tests.Bundles;

/// <summary>What of the CRDs can be compared with the reader without an API server; Real/CustomResourceTests does the rest.</summary>
public sealed class CustomResourceDefinitionTests
{
    [Theory]
    [InlineData("privileges", "spec.privileges")]
    [InlineData("onMismatch", "spec.onMismatch")]
    [InlineData("rollout", "spec.rollout")]
    [InlineData("strategy", "spec.strategy")]
    [InlineData("nativeSidecar", "spec.nativeSidecar")]
    [InlineData("audit", "spec.audit")]
    [InlineData("defaultLevel", "spec.defaultLevel")]
    public void The_words_of_a_field_are_those_of_the_reader(string field, string path)
    {
        var words = Schema("injectionpolicies").GetProperty("spec").GetProperty("properties").GetProperty(field).GetProperty("enum").EnumerateArray().Select(word => word.GetString()!).ToList();
        Assert.EndsWith($"; known: {string.Join(", ", words)}", Message(path, $$"""{"{{field}}":"unheard-of"}"""), StringComparison.Ordinal);
        Assert.All(words, word => Assert.True(InjectionPolicyReader.TryRead(Policy($$"""{"{{field}}":"{{word}}"}"""), out _, out _), word));
    }

    [Theory]
    [InlineData("allowed")]
    [InlineData("raise")]
    public void The_modes_are_those_of_the_reader(string list)
    {
        var words = Schema("injectionpolicies").GetProperty("spec").GetProperty("properties").GetProperty("modes").GetProperty("properties").GetProperty(list)
            .GetProperty("items").GetProperty("enum").EnumerateArray().Select(word => word.GetString());
        Assert.EndsWith($"; known: {string.Join(", ", words)}", Message($"spec.modes.{list}[0]", $$"""{"modes":{"{{list}}":["unheard-of"] } }"""), StringComparison.Ordinal);
    }

    [Fact]
    public void The_fields_of_the_specification_are_those_of_the_reader()
    {
        var fields = Schema("injectionpolicies").GetProperty("spec").GetProperty("properties").EnumerateObject().Select(member => member.Name);
        Assert.EndsWith($"; known: {string.Join(", ", fields)}", Message("spec.zzzzzzzz", """{"zzzzzzzz":1}"""), StringComparison.Ordinal);
    }

    [Fact]
    public void A_report_has_everything_at_its_top()
    {
        var fields = Schema("nodecapabilities").EnumerateObject().Select(member => member.Name).ToList();
        Assert.Equal(["apiVersion", "kind", "metadata", "node", "observedAt", "expiresAt", "generation", "bootId", "system", "facts", "collectors"], fields);
        var problem = NodeCapabilityValidator.Validate(JsonElement.Parse("""{"apiVersion":"coral.io/v1alpha1","kind":"NodeCapability","node":"a","zzzzzzzz":1}""")).Single();
        Assert.EndsWith($"; known: {string.Join(", ", fields)}", problem.Message, StringComparison.Ordinal);
    }

    private static JsonElement Schema(string plural) =>
        YamlDocuments.ReadFile(Path.Combine(Repository.Root, "manifests", "crds", $"{plural}.coral.io.yaml")).Single().Object
            .GetProperty("spec").GetProperty("versions")[0].GetProperty("schema").GetProperty("openAPIV3Schema").GetProperty("properties");

    private static JsonElement Policy(string spec) => JsonElement.Parse($$"""{"apiVersion":"coral.io/v1alpha1","kind":"InjectionPolicy","metadata":{"name":"a"},"spec":{{spec}}}""");

    private static string Message(string path, string spec)
    {
        Assert.False(InjectionPolicyReader.TryRead(Policy(spec), out _, out var problems));
        var problem = Assert.Single(problems);
        Assert.Equal(path, problem.Path);
        return problem.Message;
    }
}
