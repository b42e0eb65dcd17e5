using System.Collections.Specialized;
using System.Text.RegularExpressions;
using Coral.Testing;
using Serilog.Sinks.Elasticsearch;

namespace Coral.Audit.Tests.Logging;

/// <summary>What the sink says of itself.</summary>
[Collection("SelfLog")]
public sealed partial class SelfLogTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_secret_is_in_the_SelfLog_though_the_server_tells_back_what_it_was_sent(bool durable)
    {
        await using var scene = await LogScene.StartAsync();
        scene.Server.OnAccess = _ => 401;
        // A header that no shape gives away.
        scene.Server.OnRequest = (_, _) => (401, "no access for plain-word-1 by plain-word-2");
        (string What, ElasticsearchSinkOptions Options)[] cases =
        [
            ("user", scene.Options(durable, new UriBuilder(scene.Server.Url) { UserName = "ada", Password = "plain-word-1" }.Uri)),
            ("key", With(scene.Options(durable), o => o.ApiKey = "id:plain-word-1")),
            ("basic", With(scene.Options(durable), o => o.ModifyConnectionSettings = c => c.BasicAuthentication("ada", "plain-word-1"))),
            ("headers", With(scene.Options(durable), o => o.ModifyConnectionSettings = c => c.GlobalHeaders(new NameValueCollection { ["X-Word"] = "plain-word-1", ["Authorization"] = "plain-word-2" }))),
        ];
        foreach (var (what, options) in cases)
        {
            scene.SelfLines.Clear();
            scene.Server.OnAccess = what == "headers" ? null : _ => 401;
            await using (var logger = LogScene.Logger(Impatient(options)))
            {
                logger.Information("x");
                await Wait.Until(() => !scene.SelfLines.IsEmpty, $"{what}: something is said");
            }

            Assert.Contains(scene.SelfLines, line => line.Contains("answered 401", StringComparison.Ordinal));
            Assert.All(scene.SelfLines, line => Assert.DoesNotMatch("plain-word|YWRh|aWQ6", line));
        }
    }

    [Fact]
    public async Task What_is_set_and_not_followed_is_said_when_the_sink_is_made()
    {
        await using var scene = await LogScene.StartAsync();
        await using (LogScene.Logger(scene.Options())) Assert.Empty(scene.SelfLines);
        var options = With(scene.Options(), o => (o.PipelineName, o.InlineFields, o.IndexFormat, o.NumberOfShards) = ("p", true, "mine-{0:yyyy.MM.dd}", 3));
        await using (LogScene.Logger(options))
            Assert.Equal(["IndexFormat", "InlineFields", "NumberOfShards", "PipelineName"], scene.SelfLines.Select(line => Option().Match(line).Groups[1].Value));
    }

    [Fact]
    public void Every_option_has_a_row_in_the_table_and_the_page_has_the_table()
    {
        Assert.Equal(Properties(), OptionTable.Rows.Select(row => row.Name).Order(StringComparer.Ordinal));
        var page = File.ReadAllText(Path.Combine(Repository.Root, "docs", "operations", "logging.md"));
        Assert.All(OptionTable.Rows, row => Assert.Contains($"| `{row.Name}` | {row.Follows} |\n", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Our_options_are_those_of_the_signatures_that_the_build_switch_compiles_against()
    {
        var signatures = File.ReadAllText(Path.Combine(Repository.Root, "tests", "Serilog.Reference", "Options.cs"));
        Assert.Equal(Properties(), Property().Matches(signatures).Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Properties() => typeof(ElasticsearchSinkOptions).GetProperties().Where(property => property.GetMethod is { IsPublic: true, IsStatic: false }).Select(property => property.Name).Order(StringComparer.Ordinal);

    private static ElasticsearchSinkOptions With(ElasticsearchSinkOptions options, Action<ElasticsearchSinkOptions> change)
    {
        change(options);
        return options;
    }

    private static ElasticsearchSinkOptions Impatient(ElasticsearchSinkOptions options) => new(options.Nodes)
    {
        BufferBaseFilename = options.BufferBaseFilename,
        BufferLogShippingInterval = options.BufferLogShippingInterval,
        Period = options.Period,
        ApiKey = options.ApiKey,
        ModifyConnectionSettings = options.ModifyConnectionSettings,
        ShutdownTimeout = TimeSpan.FromMilliseconds(50),
    };

    [GeneratedRegex(@"Elasticsearch sink: (\w+): ")]
    private static partial Regex Option();

    [GeneratedRegex(@"(\w+) \{ get; set; \}")]
    private static partial Regex Property();
}
