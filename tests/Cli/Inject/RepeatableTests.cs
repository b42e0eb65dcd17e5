using System.Text.Json;
using Coral.Cli.Deciding;
using Coral.Policies.Bundles;

namespace Coral.Cli.Tests.Inject;

public sealed class RepeatableTests
{
    private const string Yaml = """
        apiVersion: v1
        kind: Pod
        metadata: {name: web, namespace: shop}
        spec:
          containers: [{name: web, image: "web:1"}]
        """;

    [Theory]
    [InlineData("inject")]
    [InlineData("explain")]
    public async Task Two_runs_give_the_same_bytes(string verb)
    {
        foreach (var file in Directory.GetFiles(Path.Combine(Coral.Samples, "pods")))
            Assert.Equal(await Coral.Run(verb, "-f", file, "--standalone", Coral.Standalone), await Coral.Run(verb, "-f", file, "--standalone", Coral.Standalone));
    }

    /// <summary>Computed by Python's uuid.uuid5 over the namespace, a newline and the JSON with sorted members.</summary>
    [Fact]
    public void The_id_is_the_UUIDv5_of_namespace_and_pod() =>
        Assert.Equal("fd7881d9-5745-5138-9095-bdd8ccccd709", DecisionId.Of("shop", YamlDocuments.Read(Yaml, "pod").Single().Object));

    [Fact]
    public void The_id_does_not_depend_on_format_or_order()
    {
        var other = JsonElement.Parse("""{"spec": {"containers": [{"image": "web:1", "name": "web"}]}, "metadata": {"namespace": "shop", "name": "web"}, "kind": "Pod", "apiVersion": "v1"}""");
        var pod = YamlDocuments.Read(Yaml, "pod").Single().Object;
        Assert.Equal(DecisionId.Of("shop", pod), DecisionId.Of("shop", other));
        Assert.NotEqual(DecisionId.Of("shop", pod), DecisionId.Of("bank", pod));
    }
}
