using System.Text.Json;
using Coral.Audit.Events;
using Coral.Audit.Events.Kernel;

namespace Coral.Audit.Tests.Events;

/// <summary>What the Elastic Common Schema says of <c>event.*</c>, held against every event.</summary>
public sealed class SchemaRuleTests
{
    private static readonly string[] Kinds = ["alert", "asset", "enrichment", "event", "metric", "state", "pipeline_error", "signal"];

    /// <summary>The types that the schema expects of each category.</summary>
    private static readonly Dictionary<string, string[]> Types = new()
    {
        ["api"] = ["access", "admin", "allowed", "change", "creation", "deletion", "denied", "end", "info", "start", "user"],
        ["configuration"] = ["access", "change", "creation", "deletion", "info"],
        ["file"] = ["access", "change", "creation", "deletion", "info"],
        ["host"] = ["access", "change", "end", "info", "start"],
        ["iam"] = ["admin", "change", "creation", "deletion", "group", "info", "user"],
        ["network"] = ["access", "allowed", "connection", "denied", "end", "info", "protocol", "start"],
        ["process"] = ["access", "change", "end", "info", "start"],
        ["web"] = ["access", "error", "info"],
    };

    public static IEnumerable<object[]> Events => EventSamples.All.Select((e, at) => new object[] { at, $"{e.GetType().Name} {Action(Encoded.Json(e))}" });

    [Theory]
    [MemberData(nameof(Events))]
    public void Every_event_has_its_place_in_the_schema(int at, string name)
    {
        var json = Encoded.Json(EventSamples.All[at]).GetProperty("event");
        Assert.Contains(json.GetProperty("kind").GetString(), Kinds);
        Assert.Contains(json.GetProperty("outcome").GetString(), (string[])["success", "failure", "unknown"]);
        var allowed = Texts(json, "category").Select(category => Types.GetValueOrDefault(category) ?? throw new InvalidDataException($"{name}: no category {category}")).ToList();
        var types = Texts(json, "type");
        Assert.NotEmpty(types);
        // Each type belongs to one of the categories, and each category has one of the types.
        Assert.All(types, type => Assert.Contains(allowed, of => of.Contains(type)));
        Assert.All(allowed, of => Assert.Contains(types, type => of.Contains(type)));
        Assert.Equal(types.Count, types.Distinct().Count());
    }

    [Fact]
    public void Whose_it_is_can_be_added_later_to_all_that_collectors_see() => Assert.All(EventSamples.Of(StreamClass.Samples), e => Assert.IsAssignableFrom<KernelEvent>(e));

    [Theory]
    [MemberData(nameof(Events))]
    public void Every_event_says_its_stream_in_all_places(int at, string name)
    {
        var e = EventSamples.All[at];
        var json = Encoded.Json(e);
        var stream = json.GetProperty("data_stream");
        Assert.Equal(e.Stream.Name, $"{stream.GetProperty("type")}-{stream.GetProperty("dataset")}-{stream.GetProperty("namespace")}");
        Assert.Equal(e.Stream.Dataset, json.GetProperty("event").GetProperty("dataset").GetString());
        Assert.True(e.Stream.Class == StreamClass.Audit == json.GetProperty("coral").TryGetProperty("chain", out _), name);
    }

    [Fact]
    public void Every_event_type_has_a_sample()
    {
        var types = typeof(AuditEvent).Assembly.GetTypes().Where(type => type.IsSubclassOf(typeof(AuditEvent)) && !type.IsAbstract);
        Assert.Equal(types.Select(type => type.Name).Order(StringComparer.Ordinal), EventSamples.All.Select(e => e.GetType().Name).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_streams_are_these()
    {
        Assert.Equal(
            ["logs-coral.audit-default Audit", "logs-coral.node-default Audit", "logs-coral.discovery-default Audit", "logs-coral.ebpf-default Samples", "metrics-coral.node-default Samples", "logs-coral.app-default Logs"],
            AuditStream.All.Select(stream => $"{stream.Name} {stream.Class}"));
        Assert.Equal("logs-coral.audit-default,logs-coral.node-default,logs-coral.discovery-default", AuditStream.ChainedNames);
    }

    private static string Action(JsonElement json) => json.GetProperty("event").GetProperty("action").GetString()!;

    private static List<string> Texts(JsonElement json, string name) => [.. json.GetProperty(name).EnumerateArray().Select(value => value.GetString()!)];
}
