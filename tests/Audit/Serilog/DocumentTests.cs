using System.Diagnostics;
using System.Text.Json;
using Coral.Audit.Tests.Shipping;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace Coral.Audit.Tests.Logging;

/// <summary>What the server gets of a log event.</summary>
[Collection("SelfLog")]
public sealed class DocumentTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_event_becomes_a_document_of_the_log_stream(bool durable)
    {
        await using var scene = await LogScene.StartAsync();
        using var activity = new Activity("work").SetIdFormat(ActivityIdFormat.W3C).Start();
        await using (var logger = new LoggerConfiguration()
            .Enrich.WithProperty("service.name", "shop").Enrich.WithProperty("service.version", "1.4").Enrich.WithProperty("orchestrator.cluster.name", "east")
            .WriteTo.Elasticsearch(scene.Options(durable)).CreateLogger())
        {
            logger.ForContext(Constants.SourceContextPropertyName, "Shop.Cart").ForContext("EventId", new { Id = 7, Name = "Full" }, destructureObjects: true)
                .Warning(new InvalidOperationException("no room"), "Cart of {User} has {Count} things {@Things}", "ada", 3, new[] { "a", "b" });
        }

        var line = Assert.Single(scene.Server.Documents);
        Assert.Equal("logs coral.app default", string.Join(' ', line.GetProperty("data_stream").EnumerateObject().Select(part => part.Value.GetString())));
        Assert.Equal("Cart of ada has 3 things [\"a\",\"b\"]", line.GetProperty("message").GetString());
        Assert.Equal(("warn", "Shop.Cart"), (Text(line, "log", "level"), Text(line, "log", "logger")));
        Assert.Equal(("System.InvalidOperationException", "no room"), (Text(line, "error", "type"), Text(line, "error", "message")));
        Assert.StartsWith("System.InvalidOperationException: no room", Text(line, "error", "stack_trace"), StringComparison.Ordinal);
        Assert.Equal(("Full", "log", "coral.app"), (Text(line, "event", "code"), Text(line, "event", "action"), Text(line, "event", "dataset")));
        Assert.Equal((activity.TraceId.ToHexString(), activity.SpanId.ToHexString()), (Text(line, "trace", "id"), Text(line, "span", "id")));
        Assert.Equal(("shop", "1.4", "east"), (Text(line, "service", "name"), Text(line, "service", "version"), line.GetProperty("orchestrator").GetProperty("cluster").GetProperty("name").GetString()));
        Assert.Equal(["User: ada", "Count: 3", "Things: [\"a\",\"b\"]"], line.GetProperty("labels").EnumerateObject().Select(label => $"{label.Name}: {label.Value.GetString()}"));
        Assert.Equal("Cart of {User} has {Count} things {@Things}", line.GetProperty("coral").GetProperty("log").GetProperty("template").GetString());
        Assert.False(line.GetProperty("coral").TryGetProperty("chain", out _), "a log is not chained");
        Assert.Empty(scene.SelfLines);
    }

    [Fact]
    public async Task Secrets_do_not_leave_the_process()
    {
        await using var scene = await LogScene.StartAsync();
        await using (var logger = LogScene.Logger(scene.Options()))
        {
            logger.ForContext("DB_PASSWORD", "hunter2-a").Error(
                new InvalidOperationException("login with password=hunter2-b failed"), "Asking {Url} with {Header}", "https://ada:hunter2-c@shop.test/", "Authorization: Bearer hunter2-d");
        }

        var text = Assert.Single(scene.Server.Documents).GetRawText();
        Assert.DoesNotContain("hunter2", text, StringComparison.Ordinal);
        Assert.Contains("shop.test", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("logs-coral.app-shop", "logs-coral.app-shop")]
    [InlineData("logs-coral.app-shop_{0:yyyy.MM}", "logs-coral.app-shop_2026.11")]
    [InlineData("logs-coral.app-Shop", "logs-coral.app-default")]
    [InlineData("logs-coral.app-a-b", "logs-coral.app-default")]
    [InlineData("logs-coral.audit-default", "logs-coral.app-default")]
    [InlineData("logstash-{0:yyyy.MM.dd}", "logs-coral.app-default")]
    public async Task Only_streams_of_logs_are_written_to(string format, string stream)
    {
        await using var scene = await LogScene.StartAsync();
        var options = scene.Options();
        options.IndexFormat = format;
        var indices = new List<string>();
        scene.Server.Always = (_, _, lines) =>
        {
            indices.Add(lines[0]!["create"]!["_index"]!.GetValue<string>());
            return Task.FromResult(false);
        };
        await using (var logger = LogScene.Logger(options)) logger.Write(new LogEvent(new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero), LogEventLevel.Information, null, MessageTemplate.Empty, []));
        Assert.Equal([stream], indices);
        Assert.Equal(stream["logs-coral.app-".Length..], Assert.Single(scene.Server.Documents).GetProperty("data_stream").GetProperty("namespace").GetString());
    }

    [Fact]
    public async Task Only_the_stream_of_logs_is_prepared()
    {
        await using var scene = await LogScene.StartAsync();
        await using (var logger = LogScene.Logger(scene.Options())) logger.Information("x");
        Assert.Equal(["_component_template/coral-app@mappings", "_component_template/coral-app@settings", "_index_template/logs-coral.app"], scene.Server.Stored.Keys.Order(StringComparer.Ordinal));
    }

    private static string? Text(JsonElement line, string part, string name) => line.GetProperty(part).GetProperty(name).GetString();
}
