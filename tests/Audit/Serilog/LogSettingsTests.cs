using Coral.Audit.Logging;
using Serilog.Events;
using Serilog.Sinks.Elasticsearch;

namespace Coral.Audit.Tests.Logging;

/// <summary>The JSON names that users of the package know.</summary>
public sealed class LogSettingsTests
{
    [Fact]
    public void The_names_of_the_package_are_read_in_any_case_and_as_texts_or_not()
    {
        var sink = Assert.Single(Read("""
            {"Serilog":{"Using":["Serilog.Sinks.Elasticsearch"],"WriteTo":[{"Name":"Elasticsearch","Args":{
              "nodeUris":"http://a:9200;https://b:9201","IndexFormat":"logs-coral.app-shop","batchAction":"Create","batchPostingLimit":"200","period":7,"emitEventFailure":"WriteToSelfLog, RaiseCallback",
              "restrictedToMinimumLevel":"Warning","bufferBaseFilename":"logs/x","bufferLogShippingInterval":1500,"bufferFileCountLimit":4,"queueSizeLimit":9,"autoRegisterTemplate":"true","inlineFields":false,
              "connectionGlobalHeaders":"Authorization=Basic YTpi==,X-A=1"}}]}}
            """, out var problems));
        Assert.Empty(problems);
        Assert.Equal(["http://a:9200/", "https://b:9201/"], sink.Nodes.Select(node => node.ToString()));
        Assert.Equal(("logs-coral.app-shop", ElasticOpType.Create, 200, TimeSpan.FromSeconds(7)), (sink.IndexFormat, sink.BatchAction, sink.BatchPostingLimit, sink.Period));
        Assert.Equal((EmitEventFailureHandling.WriteToSelfLog | EmitEventFailureHandling.RaiseCallback, LogEventLevel.Warning), (sink.EmitEventFailure, sink.MinimumLogEventLevel));
        Assert.Equal(("logs/x", TimeSpan.FromMilliseconds(1500), 4, 9, true), (sink.BufferBaseFilename, sink.BufferLogShippingInterval, sink.BufferFileCountLimit, sink.QueueSizeLimit, sink.AutoRegisterTemplate));
        Assert.Equal("Authorization: Basic YTpi==; X-A: 1", string.Join("; ", new SinkHeaders(sink).All));
    }

    [Theory]
    [InlineData("""{"Serilog":{"WriteTo":{"search":{"Name":"Elasticsearch","Args":{"nodeUris":"http://a:9200"}}}}}""", 1)]
    [InlineData("""{"Serilog":{}}""", 0)]
    [InlineData("""{"coral":{"log-level":"info"}}""", 0)]
    [InlineData("""no json""", 0)]
    public void Other_forms_of_the_section_are_read(string json, int sinks)
    {
        Assert.Equal(sinks, Read(json, out var problems).Count);
        Assert.Empty(problems);
    }

    [Fact]
    public void All_mistakes_are_told_at_once_and_none_repeats_a_value()
    {
        var sinks = Read("""
            {"Serilog":{"MinimumLevel":"Debug","WriteTo":["Console",{"Name":"Elasticsearch","Args":{
              "nodeUris":"ftp://ada:hunter2@a","period":"soon","batchAction":"Update","failureSink":{},"connectionGlobalHeaders":"hunter2","queueSizeLimit":-1,"inlineFields":"hunter2","indexFormat":["hunter2"]}},
              {"Name":"Elasticsearch"}]}}
            """, out var problems);
        Assert.Equal(2, sinks.Count);
        Assert.All(problems, problem => Assert.DoesNotContain("hunter2", problem, StringComparison.Ordinal));
        Assert.Equal(
            [
                "Serilog:MinimumLevel is not read", "Serilog:WriteTo:0 must be an object", "WriteTo:1:Args:nodeUris: number 1 is no", "WriteTo:1:Args:period must be a whole number", "WriteTo:1:Args:batchAction must be one of Index, Create",
                "WriteTo:1:Args:failureSink is not read", "WriteTo:1:Args:connectionGlobalHeaders must be name=value", "WriteTo:1:Args:queueSizeLimit must be", "WriteTo:1:Args:inlineFields must be true or false",
                "WriteTo:1:Args:indexFormat must be a text", "WriteTo:2:Args:nodeUris is missing",
            ],
            problems.Select((problem, at) => Expected(at) is { } wanted && problem.Contains(wanted, StringComparison.Ordinal) ? wanted : problem));
    }

    private static string? Expected(int at) => new[]
    {
        "Serilog:MinimumLevel is not read", "Serilog:WriteTo:0 must be an object", "WriteTo:1:Args:nodeUris: number 1 is no", "WriteTo:1:Args:period must be a whole number", "WriteTo:1:Args:batchAction must be one of Index, Create",
        "WriteTo:1:Args:failureSink is not read", "WriteTo:1:Args:connectionGlobalHeaders must be name=value", "WriteTo:1:Args:queueSizeLimit must be", "WriteTo:1:Args:inlineFields must be true or false",
        "WriteTo:1:Args:indexFormat must be a text", "WriteTo:2:Args:nodeUris is missing",
    }.ElementAtOrDefault(at);

    private static IReadOnlyList<ElasticsearchSinkOptions> Read(string json, out List<string> problems)
    {
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllText(path, json);
            problems = [];
            return LogSettings.Read(path, problems);
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>The headers that requests would have.</summary>
    private sealed class SinkHeaders(ElasticsearchSinkOptions options)
    {
        public IEnumerable<string> All
        {
            get
            {
                using var http = new Serilog.Sinks.Elasticsearch.Delivery.SinkSettings(options).NewHttpClient();
                return [.. http.DefaultRequestHeaders.Select(header => $"{header.Key}: {string.Join(',', header.Value)}")];
            }
        }
    }
}
