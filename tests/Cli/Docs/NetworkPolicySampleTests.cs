using System.Text.Json;
using Coral.Policies.Bundles;
using Coral.Policies.Variants;

namespace Coral.Cli.Tests.Docs;

/// <summary>The NetworkPolicies for namespaces of applications (row C-15): what they open is what their comments say. That an API server takes them is tested in ManifestTests. And what no manifest opens.</summary>
public sealed class NetworkPolicySampleTests
{
    [Fact]
    public void C15_every_port_but_the_sidecars_stays_open()
    {
        var spec = Spec("open-namespace.yaml");
        Assert.Equal(["Ingress"], Strings(spec.GetProperty("policyTypes")));
        var rule = Assert.Single(spec.GetProperty("ingress").EnumerateArray());
        Assert.False(rule.TryGetProperty("from", out _));

        var open = new HashSet<int>();
        foreach (var port in rule.GetProperty("ports").EnumerateArray().Where(port => port.GetProperty("protocol").GetString() == "TCP"))
        {
            var first = port.GetProperty("port").GetInt32();
            open.UnionWith(Enumerable.Range(first, port.GetProperty("endPort").GetInt32() - first + 1));
        }

        var ours = VariantCatalogue.Shipped.Restricted.Container.GetProperty("ports").EnumerateArray().Select(port => port.GetProperty("containerPort").GetInt32()).ToList();
        Assert.Equal(ours.Order(), Enumerable.Range(1, 65535).Except(open));
        Assert.Equal(["UDP", "SCTP"], rule.GetProperty("ports").EnumerateArray().Where(port => !port.TryGetProperty("port", out _)).Select(port => port.GetProperty("protocol").GetString()));
    }

    [Fact]
    public void C15_where_all_is_denied_a_sidecar_may_ask_for_names_and_the_colony()
    {
        var spec = Spec("deny-by-default.yaml");
        Assert.Equal(["Egress"], Strings(spec.GetProperty("policyTypes")));
        var rules = spec.GetProperty("egress").EnumerateArray().ToList();
        Assert.Equal(["UDP 53, TCP 53", "TCP 9000"], rules.Select(rule => string.Join(", ", rule.GetProperty("ports").EnumerateArray().Select(port => $"{port.GetProperty("protocol")} {port.GetProperty("port")}"))));
        // One peer with both selectors: two peers would open all of coral-system, and pods of that label anywhere.
        var colony = Assert.Single(rules[1].GetProperty("to").EnumerateArray());
        Assert.Equal("coral-system", colony.GetProperty("namespaceSelector").GetProperty("matchLabels").GetProperty("kubernetes.io/metadata.name").GetString());
        Assert.Equal("coral-colony", colony.GetProperty("podSelector").GetProperty("matchLabels").GetProperty("app").GetString());
        Assert.Equal("kube-system", Assert.Single(rules[0].GetProperty("to").EnumerateArray()).GetProperty("namespaceSelector").GetProperty("matchLabels").GetProperty("kubernetes.io/metadata.name").GetString());
    }

    [Theory]
    [InlineData("open-namespace.yaml")]
    [InlineData("deny-by-default.yaml")]
    public void C15_pods_that_opted_out_are_left_alone(string file)
    {
        var requirement = Assert.Single(Spec(file).GetProperty("podSelector").GetProperty("matchExpressions").EnumerateArray());
        Assert.Equal("{\"key\":\"coral.io/inject\",\"operator\":\"NotIn\",\"values\":[\"false\"]}", requirement.GetRawText());
    }

    /// <summary>The agent API is for the pod itself and for `kubectl exec`.</summary>
    [Fact]
    public void K20_no_Service_leads_to_the_agents_api()
    {
        var services = Directory.EnumerateFiles(Pages.InRepository("manifests"), "*.yaml", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/helm/", StringComparison.Ordinal) && File.ReadLines(file).Contains("kind: Service"))
            .SelectMany(file => YamlDocuments.ReadFile(file))
            .Where(document => document.Object.GetProperty("kind").ValueEquals("Service"))
            .Select(document => document.Object.GetProperty("spec"))
            .ToList();
        Assert.NotEmpty(services);
        Assert.All(services.SelectMany(spec => spec.GetProperty("ports").EnumerateArray()), port => Assert.DoesNotContain(port.EnumerateObject(), member => member.Value.GetRawText() is "9001" or "\"coral-api\""));
    }

    private static JsonElement Spec(string file) => Assert.Single(YamlDocuments.ReadFile(Pages.InRepository($"manifests/samples/networkpolicies/{file}"))).Object.GetProperty("spec");

    private static IEnumerable<string?> Strings(JsonElement array) => array.EnumerateArray().Select(item => item.GetString());
}
