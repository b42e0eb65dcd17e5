using System.Text;
using System.Text.Json.Nodes;
using Coral.Audit.Bootstrap;
using Coral.Audit.Chain;
using Coral.Audit.Events;
using Coral.Audit.Shipping;
using Coral.Audit.Spool;
using Coral.Audit.Tests.Shipping;
using Microsoft.Extensions.Logging.Abstractions;

namespace Coral.Audit.Tests.Bootstrap;

public sealed class TemplateTests
{
    private static readonly string[] Plain =
        ["""{"type":"keyword","ignore_above":1024}""", """{"type":"long"}""", """{"type":"boolean"}""", """{"type":"date"}""", """{"type":"ip"}"""];

    [Fact]
    public async Task A_server_is_prepared_once_and_again_only_when_something_changed()
    {
        await using var server = await FakeElasticsearch.StartAsync();
        await InstallAsync(server);
        var first = server.Requests.Count(request => request.StartsWith("PUT", StringComparison.Ordinal));
        // Of each stream: their fields, their settings, the template twice (the last time with its hash), and the stream.
        Assert.Equal(AuditStream.All.Length * 5, first);
        await InstallAsync(server);
        Assert.Equal(first, server.Requests.Count(request => request.StartsWith("PUT", StringComparison.Ordinal)));
        server.Root = """{"version":{"number":"9.1.0","build_flavor":"default"}}""";
        await InstallAsync(server);
        Assert.Equal(["POST logs-coral.app-default/_rollover", "PUT _index_template/logs-coral.app"], server.Requests.TakeLast(2));
        Assert.Equal(AuditStream.All.Select(stream => $"POST {stream.Name}/_rollover"), server.Requests.Where(request => request.StartsWith("POST", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("PUT", "_data_stream/logs-coral.audit-default")]
    [InlineData("POST", "logs-coral.audit-default/_rollover")]
    public async Task An_old_stream_gets_the_new_mapping_though_the_first_try_breaks_off(string method, string path)
    {
        await using var server = await FakeElasticsearch.StartAsync();
        await InstallAsync(server);
        var before = server.Indices.Count;
        server.Root = """{"version":{"number":"9.1.0","build_flavor":"default"}}""";
        server.OnRequest = (asked, at) => asked == method && at == path ? (503, "{}") : null;
        await Assert.ThrowsAsync<HttpRequestException>(() => InstallAsync(server));
        Assert.Equal(before, server.Indices.Count);
        server.OnRequest = null;
        await InstallAsync(server);
        Assert.Equal(before + 1, server.Indices.Count);
    }

    [Fact]
    public async Task A_server_that_makes_streams_only_with_their_first_document_is_used_all_the_same()
    {
        await using var server = await FakeElasticsearch.StartAsync();
        server.OnRequest = (method, path) => (method, path.Split('/')[0], path.Split('/')[^1]) switch
        {
            ("PUT", "_data_stream", _) => (405, "{}"),
            ("POST", _, "_rollover") => (404, """{"error":{"type":"resource_not_found_exception"}}"""),
            _ => null,
        };
        Assert.Empty((await InstallAsync(server)).Lacks);
        server.OnRequest = null;
        server.Root = """{"version":{"number":"9.1.0","build_flavor":"default"}}""";
        await InstallAsync(server);
        server.OnRequest = (method, path) => (method, path) == ("POST", "logs-coral.audit-default/_rollover") ? (404, "{}") : null;
        server.Root = """{"version":{"number":"9.2.0","build_flavor":"default"}}""";
        await Assert.ThrowsAsync<NotPreparedException>(() => InstallAsync(server));
    }

    [Theory]
    [InlineData("mapper_parsing: The mapper type [constant_keyword] declared on field [namespace] does not exist.")]
    [InlineData("No handler for type [constant_keyword] declared on field [type]")]
    public async Task Types_that_the_server_lacks_are_replaced_and_reported(string error)
    {
        await using var server = await FakeElasticsearch.StartAsync();
        var refused = false;
        server.OnRequest = (method, path) =>
        {
            if (method != "PUT" || !path.Contains("mappings", StringComparison.Ordinal) || refused) return null;
            refused = true;
            return (400, new JsonObject { ["error"] = error }.ToJsonString());
        };
        var prepared = await InstallAsync(server);
        Assert.Equal("type constant_keyword", Assert.Single(prepared.Lacks));
        Assert.DoesNotContain("constant_keyword", server.Stored["_component_template/coral-audit@mappings"]);
        Assert.Equal("type constant_keyword", Assert.Single((await InstallAsync(server)).Lacks));
    }

    [Theory]
    [InlineData("es-7.17", """{"version":{"number":"7.17.9"}}""", "_ilm/policy/coral-audit", "")]
    [InlineData("es-8.19", """{"version":{"number":"8.19.21"}}""", null, "")]
    [InlineData("es-9.2", """{"version":{"number":"9.2.0"}}""", null, "")]
    [InlineData("es-serverless", """{"version":{"number":"9.2.0","build_flavor":"serverless"}}""", null, "")]
    [InlineData("os-2.4", """{"version":{"number":"2.4.1","distribution":"opensearch"}}""", "_plugins/_ism/policies/coral-audit", "match_only_text constant_keyword wildcard flattened flat_object")]
    [InlineData("os-2.19", """{"version":{"number":"2.19.1","distribution":"opensearch"}}""", "_plugins/_ism/policies/coral-audit", "flattened")]
    [InlineData("os-3.2", """{"version":{"number":"3.2.0","distribution":"opensearch"}}""", "_plugins/_ism/policies/coral-audit", "flattened")]
    public async Task Each_server_gets_the_types_and_the_lifecycle_that_it_has(string name, string root, string? policy, string missing)
    {
        await using var server = await FakeElasticsearch.StartAsync();
        server.Root = root;
        server.MissingTypes.UnionWith(missing.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        var lacks = (await InstallAsync(server)).Lacks;
        Assert.Equal(policy is not null, server.Stored.Keys.Any(path => path.StartsWith("_ilm", StringComparison.Ordinal) || path.StartsWith("_plugins", StringComparison.Ordinal)));
        if (policy is not null) Assert.Contains(policy, server.Stored.Keys);
        var bodies = server.Stored.Where(pair => pair.Value.Length > 0).OrderBy(pair => pair.Key, StringComparer.Ordinal)
            .Select(pair => $"PUT {pair.Key}\n{(pair.Key.EndsWith("@mappings", StringComparison.Ordinal) ? Special(pair.Value) : JsonNode.Parse(pair.Value)!.ToJsonString() + "\n")}\n");
        Golden.Check($"template-{name}.txt", $"lacks: {string.Join(", ", lacks)}\n\n" + string.Concat(bodies));
    }

    [Fact]
    public async Task A_policy_that_an_operator_changed_is_left_as_it_is()
    {
        await using var server = await FakeElasticsearch.StartAsync();
        server.Root = """{"version":{"number":"7.17.9"}}""";
        server.OnRequest = (method, path) => (method, path) == ("GET", "_ilm/policy/coral-audit") ? (200, "{}") : null;
        await InstallAsync(server);
        Assert.False(server.Stored.ContainsKey("_ilm/policy/coral-audit"));
        Assert.Contains("coral-audit", server.Stored["_component_template/coral-audit@settings"], StringComparison.Ordinal);
        Assert.Contains("_ilm/policy/coral-node", server.Stored.Keys);
    }

    [Fact]
    public async Task A_server_without_lifecycle_is_used_all_the_same()
    {
        await using var server = await FakeElasticsearch.StartAsync();
        server.Root = """{"version":{"number":"2.19.1","distribution":"opensearch"}}""";
        server.OnRequest = (_, path) => path.StartsWith("_plugins", StringComparison.Ordinal) ? (400, """{"error":"no handler found"}""") : null;
        Assert.Equal("lifecycle", Assert.Single((await InstallAsync(server)).Lacks));
    }

    [Fact]
    public async Task An_account_that_may_only_write_uses_the_template_that_is_there()
    {
        await using var server = await FakeElasticsearch.StartAsync();
        await InstallAsync(server);
        server.Root = """{"version":{"number":"9.1.0"}}""";
        server.OnRequest = (method, _) => method == "PUT" ? (403, """{"error":"security_exception"}""") : null;
        Assert.Contains("right to update the templates", (await InstallAsync(server)).Lacks);
    }

    [Fact]
    public async Task An_account_that_may_not_even_read_templates_uses_the_streams_that_are_there()
    {
        await using var server = await FakeElasticsearch.StartAsync();
        server.OnRequest = (method, path) => (method, path) switch
        {
            ("PUT", _) => (403, """{"error":"security_exception"}"""),
            ("GET", "_data_stream/logs-coral.audit-default") => (200, "{}"),
            ("GET", "") => null,
            _ => (403, """{"error":"security_exception"}"""),
        };
        Assert.Equal(
            ["right to update the templates", "stream logs-coral.node-default", "stream logs-coral.discovery-default", "stream logs-coral.ebpf-default", "stream metrics-coral.node-default", "stream logs-coral.app-default"],
            (await InstallAsync(server)).Lacks.ToArray());
        server.OnRequest = (method, path) => path.Length == 0 ? null : (403, """{"error":"security_exception"}""");
        Assert.Contains("coral-audit@mappings answered 403", (await Assert.ThrowsAsync<NotPreparedException>(() => InstallAsync(server))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Something_that_is_no_search_server_is_named()
    {
        await using var server = await FakeElasticsearch.StartAsync();
        server.Root = """{"hello":"world"}""";
        var error = await Assert.ThrowsAsync<NotPreparedException>(() => InstallAsync(server));
        Assert.Contains("no Elasticsearch or OpenSearch", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    private static async Task<Prepared> InstallAsync(FakeElasticsearch server)
    {
        using var http = SearchClient.NewHttpClient();
        return await new TemplateInstaller(new SearchClient(http, server.Url, null, TimeSpan.FromSeconds(10), TimeProvider.System), NullLogger.Instance, AuditStream.All).InstallAsync(default);
    }

    /// <summary>The mappings that are more than a plain word, number or date.</summary>
    private static string Special(string component)
    {
        var text = new StringBuilder();
        Walk(JsonNode.Parse(component)!["template"]!["mappings"]!["properties"]!.AsObject(), "");
        return text.ToString();

        void Walk(JsonObject properties, string path)
        {
            foreach (var (name, mapping) in properties)
            {
                if (mapping!["properties"] is JsonObject inner) Walk(inner, $"{path}{name}.");
                else if (mapping.ToJsonString() is var json && !Plain.Contains(json)) text.Append($"  {path}{name} {json}\n");
            }
        }
    }
}
