using System.Text.Json;
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
    [Fact]
    public void Every_field_of_every_document_has_a_mapping()
    {
        var mapping = JsonNode.Parse(TemplateBodies.Read(TemplateBodies.Mappings))!["properties"]!.AsObject();
        var gap = new GapEvent { Timestamp = default, Origin = Samples.Origin, From = 1, To = 2, Reason = "max-age" };
        foreach (var document in new[] { Encode(Samples.Full(1)), Encode(gap), LesserDocument.Fallback(Encode(Samples.Full(1)), "t", "r")!, LesserDocument.Slim(Encode(Samples.Full(1)))! })
            AssertMapped(JsonDocument.Parse(document).RootElement, mapping, "");
    }

    [Fact]
    public async Task A_server_is_prepared_once_and_again_only_when_something_changed()
    {
        await using var server = await FakeElasticsearch.StartAsync();
        await InstallAsync(server);
        var first = server.Requests.Count(request => request.StartsWith("PUT", StringComparison.Ordinal));
        Assert.Equal(5, first);
        await InstallAsync(server);
        Assert.Equal(first, server.Requests.Count(request => request.StartsWith("PUT", StringComparison.Ordinal)));
        server.Root = """{"version":{"number":"9.1.0","build_flavor":"default"}}""";
        await InstallAsync(server);
        Assert.Equal(["POST logs-coral.audit-default/_rollover", "PUT _index_template/logs-coral.audit"], server.Requests.TakeLast(2));
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
        server.OnRequest = (method, path) => (method, path) switch
        {
            ("PUT", "_data_stream/logs-coral.audit-default") => (405, "{}"),
            ("POST", "logs-coral.audit-default/_rollover") => (404, """{"error":{"type":"resource_not_found_exception"}}"""),
            _ => null,
        };
        Assert.Empty((await InstallAsync(server)).Lacks);
        server.OnRequest = (method, path) => (method, path) == ("POST", "logs-coral.audit-default/_rollover") ? (404, "{}") : null;
        server.Root = """{"version":{"number":"9.1.0","build_flavor":"default"}}""";
        await InstallAsync(server);
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
        Assert.DoesNotContain("constant_keyword", server.Stored["_component_template/coral-ecs@mappings"]);
        Assert.Equal("type constant_keyword", Assert.Single((await InstallAsync(server)).Lacks));
    }

    [Theory]
    [InlineData("es-7.17", """{"version":{"number":"7.17.9"}}""", "_ilm/policy/coral-audit")]
    [InlineData("es-8.19", """{"version":{"number":"8.19.21"}}""", null)]
    [InlineData("os-2.19", """{"version":{"number":"2.19.1","distribution":"opensearch"}}""", "_plugins/_ism/policies/coral-audit")]
    public async Task Each_server_gets_the_lifecycle_that_it_has(string name, string root, string? policy)
    {
        await using var server = await FakeElasticsearch.StartAsync();
        server.Root = root;
        Assert.Empty((await InstallAsync(server)).Lacks);
        Assert.Equal(policy is not null, server.Stored.Keys.Any(path => path.StartsWith("_ilm", StringComparison.Ordinal) || path.StartsWith("_plugins", StringComparison.Ordinal)));
        if (policy is not null) Assert.Contains(policy, server.Stored.Keys);
        var bodies = server.Stored.Where(pair => !pair.Key.Contains("mappings", StringComparison.Ordinal)).OrderBy(pair => pair.Key, StringComparer.Ordinal);
        Golden.Check($"template-{name}.txt", string.Concat(bodies.Select(pair => $"PUT {pair.Key}\n{JsonNode.Parse(pair.Value)!.ToJsonString(new JsonSerializerOptions { WriteIndented = true })}\n\n")));
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
        return await new TemplateInstaller(new SearchClient(http, server.Url, null, TimeSpan.FromSeconds(10), TimeProvider.System), NullLogger.Instance).InstallAsync(default);
    }

    private static byte[] Encode(AuditEvent e)
    {
        using var encoder = new EventEncoder(new WriterIdentity(1, 1), ChainHead.Open("", null, 0));
        var buffer = new FrameBuffer();
        encoder.Encode(buffer, e, 1, SpoolFrameKinds.None);
        return new SpoolFrame(buffer.Written.ToArray()).Document.ToArray();
    }

    private static void AssertMapped(JsonElement value, JsonObject properties, string path)
    {
        foreach (var field in value.EnumerateObject())
        {
            var name = path + field.Name;
            var mapping = properties[field.Name] as JsonObject;
            Assert.True(mapping is not null, $"{name} has no mapping");
            foreach (var item in field.Value.ValueKind == JsonValueKind.Array ? field.Value.EnumerateArray() : Enumerable.Repeat(field.Value, 1).AsEnumerable())
            {
                if (item.ValueKind != JsonValueKind.Object || mapping["enabled"] is not null) continue;
                Assert.True(mapping["properties"] is JsonObject, $"{name} is mapped as a value");
                AssertMapped(item, mapping["properties"]!.AsObject(), name + ".");
            }
        }
    }
}
