using System.Text.Json;
using Coral.Policies.Bundles;
using Coral.Policies.PodSecurity;
using Coral.Policies.Selection;
using FsCheck;
using FsCheck.Fluent;

namespace Coral.Policies.Tests.Bundles;

public sealed class InjectionPolicyReaderTests
{
    [Fact]
    public void Every_field_is_read()
    {
        var policy = BundleReader.Read(TestData.PathOf("policies-good.yaml")).Policies.Single(policy => policy.Name == "everything");
        Assert.Equal(100, policy.Priority);
        Assert.Equal(["shop", "shop-2"], policy.Match.Namespaces!.Names.AsEnumerable());
        Assert.Equal("env In prod; example.com/tier NotIn edge,", Text(policy.Match.Namespaces.Selector!));
        Assert.Equal("app In web,api; legacy DoesNotExist ; app Exists ", Text(policy.Match.Pods!));
        Assert.Equal(["ReplicaSet", "None"], policy.Match.Owners.AsEnumerable());
        Assert.Equal(["default", "shop.web"], policy.Match.ServiceAccounts.AsEnumerable());
        Assert.Equal(["*nginx*", "registry.example/shop/*:1.*"], policy.Match.Images.AsEnumerable());
        Assert.Equal("amd64", policy.Match.NodeSelector["kubernetes.io/arch"]);
        Assert.Equal("", policy.Match.NodeSelector["empty"]);
        Assert.Equal(["auto", "restricted", "ebpf-minimal", "ebpf-full", "ebpf-privileged"], policy.AllowedModes.AsEnumerable());
        Assert.Equal(["ebpf-full", "ebpf-privileged"], policy.RaiseModes.AsEnumerable());
        Assert.Equal(
            (Privileges.Documented, OnMismatch.Deny, Rollout.Observe, Strategy.Exact, NativeSidecar.Never, true, AuditLevel.Required, Level.Baseline),
            (policy.Privileges, policy.OnMismatch, policy.Rollout, policy.Strategy, policy.NativeSidecar, policy.ShareProcessNamespace, policy.Audit, policy.DefaultLevel));
        Assert.Equal(["build", "test"], policy.ExcludedNamespaces.AsEnumerable());
        Assert.Equal((Strategy.Pin, 3), BundleReader.Read(TestData.PathOf("policies-good.yaml")).Policies.Where(policy => policy.Name == "pinning").Select(policy => (policy.Strategy, policy.PinNodes)).Single());
        var variant = policy.Variants["ebpf-minimal"];
        Assert.StartsWith("registry.example/coral-agent@sha256:", variant.Image, StringComparison.Ordinal);
        Assert.Equal("IfNotPresent", variant.ImagePullPolicy);
        Assert.Equal(["registry"], variant.ImagePullSecrets.AsEnumerable());
        Assert.Equal("64Mi", variant.Resources.GetProperty("requests").GetProperty("memory").GetString());
        Assert.Equal(6, variant.Env.GetArrayLength());
        Assert.Equal(3, variant.Args.GetArrayLength());
        Assert.Equal(9001, variant.Ports[0].GetProperty("containerPort").GetInt32());
        Assert.Equal(JsonValueKind.Undefined, policy.Variants["restricted"].Resources.ValueKind);
    }

    [Theory]
    [InlineData("empty")]
    [InlineData("nulls")]
    public void What_is_not_said_has_its_default(string name)
    {
        var policy = BundleReader.Read(TestData.PathOf("policies-good.yaml")).Policies.Single(policy => policy.Name == name);
        Assert.Same(PolicyMatch.All, policy.Match);
        Assert.Equal(
            (0, Privileges.Least, null, null, Strategy.Common, 2, NativeSidecar.Auto, false, AuditLevel.Normal, null),
            (policy.Priority, policy.Privileges, policy.OnMismatch, policy.Rollout, policy.Strategy, policy.PinNodes, policy.NativeSidecar, policy.ShareProcessNamespace, policy.Audit, policy.DefaultLevel));
        Assert.Empty(policy.Variants);
    }

    [Fact]
    public void An_object_of_the_api_server_is_read()
    {
        var policy = JsonElement.Parse("""
            {"apiVersion":"coral.io/v1alpha1","kind":"InjectionPolicy",
             "metadata":{"name":"a","uid":"1","generation":2,"creationTimestamp":"2026-11-21T12:00:00Z","managedFields":[{"manager":"kubectl","fieldsV1":{"f:spec":{}}}]},
             "spec":{"rollout":"observe"},"status":{"conditions":[{"type":"Valid","status":"True"}]}}
            """);
        Assert.True(InjectionPolicyReader.TryRead(policy, out var read, out var problems));
        Assert.Empty(problems);
        Assert.Equal(Rollout.Observe, read!.Rollout);
    }

    [Fact]
    public void A_bad_object_is_told_by_kind_and_name()
    {
        var policy = JsonElement.Parse("""{"apiVersion":"coral.io/v1alpha1","kind":"InjectionPolicy","metadata":{"name":"a"},"spec":{"rollout":"now","modes":{"allowed":["auto","ebpf-min"]}}}""");
        Assert.False(InjectionPolicyReader.TryRead(policy, out var read, out var problems));
        Assert.Null(read);
        Assert.Equal(
            [
                "InjectionPolicy/a: spec.modes.allowed[1]: unknown variant \"ebpf-min\"; known: auto, restricted, ebpf-minimal, ebpf-full, ebpf-privileged",
                "InjectionPolicy/a: spec.rollout: unknown rollout \"now\"; known: observe, annotate, inject",
            ],
            problems.Select(problem => problem.ToString()));
    }

    [Fact]
    public void No_json_makes_it_throw()
    {
        // Every value of a good policy is replaced by every kind of value, in turn.
        var good = YamlDocuments.Read(TestData.Read("policies-good.yaml"), "t").First(document => document.Name == "everything").Object.GetRawText();
        var report = YamlDocuments.Read(TestData.Read("reports-good.yaml"), "t").First().Object.GetRawText();
        string[] values = ["null", "true", "1e400", "\"\"", "[null]", "{\"\":null}", "[[{}]]", "{\"a\":{}}"];
        foreach (var text in new[] { good, report })
        {
            foreach (var value in values)
            {
                for (var place = 0; Replaced(text, place, value) is { } changed; place++)
                {
                    InjectionPolicyReader.TryRead(changed, out _, out _);
                    _ = NodeCapabilityValidator.Validate(changed);
                }
            }
        }
    }

    [Fact]
    public void Words_are_never_more_than_a_line()
    {
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text =>
        {
            var word = JsonSerializer.Serialize(text.Get);
            var policy = JsonElement.Parse($$"""{"apiVersion":"coral.io/v1alpha1","kind":"InjectionPolicy","metadata":{"name":{{word}}},"spec":{"rollout":{{word}},{{word}}:1,"variants":{ {{word}}:{} } } }""");
            InjectionPolicyReader.TryRead(policy, out _, out var problems);
            Assert.NotEmpty(problems);
            Assert.All(problems, problem => Assert.DoesNotContain('\n', problem.Message));
        }));
    }

    /// <summary>The document with its n-th value replaced; null when it has no more.</summary>
    private static JsonElement? Replaced(string text, int place, string value)
    {
        var count = 0;
        var node = System.Text.Json.Nodes.JsonNode.Parse(text)!;
        return Replace(node) ? JsonElement.Parse(node.ToJsonString()) : null;

        bool Replace(System.Text.Json.Nodes.JsonNode at)
        {
            IEnumerable<(System.Text.Json.Nodes.JsonNode? Child, Action Set)> children = at switch
            {
                System.Text.Json.Nodes.JsonObject map => map.ToList().Select(pair => (pair.Value, (Action)(() => map[pair.Key] = System.Text.Json.Nodes.JsonNode.Parse(value)))),
                System.Text.Json.Nodes.JsonArray list => Enumerable.Range(0, list.Count).ToList().Select(i => (list[i], (Action)(() => list[i] = System.Text.Json.Nodes.JsonNode.Parse(value)))),
                _ => [],
            };
            foreach (var (child, set) in children)
            {
                if (count++ == place)
                {
                    set();
                    return true;
                }

                if (child is not null && Replace(child)) return true;
            }

            return false;
        }
    }

    private static string Text(LabelSelector selector) =>
        string.Join("; ", selector.Requirements.Select(requirement => $"{requirement.Key} {requirement.Operator} {string.Join(',', requirement.Values)}"));
}
