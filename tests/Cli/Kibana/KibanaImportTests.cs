using System.Text;

namespace Coral.Cli.Tests.Kibana;

/// <summary>Against a server that answers as Kibana's documentation says; no real one is at hand.</summary>
public sealed class KibanaImportTests
{
    private static readonly string[] Shipped = File.ReadAllLines(Path.Combine(Repository.Root, "manifests", "kibana", "coral.ndjson"));

    [Fact]
    public async Task All_objects_and_rules_are_there_afterwards()
    {
        var kibana = new FakeKibana();
        var run = await Import(kibana);
        Assert.Equal(0, run.Code);
        Assert.EndsWith(" is Kibana 8.19.2", Assert.Single(run.Complaints));
        Assert.Equal(Shipped, kibana.Objects.Values.Select(item => item.GetRawText()));
        Assert.NotEmpty(kibana.Rules);
        Assert.All(run.Lines, line => Assert.Equal("imported", line.GetProperty("state").GetString()));
        Assert.Equal(kibana.Objects.Count + kibana.Rules.Count, run.Lines.Count);
        Assert.All(kibana.Rules.Values, rule =>
        {
            Assert.Equal((".es-query", "stackAlerts"), (rule.GetProperty("rule_type_id").GetString(), rule.GetProperty("consumer").GetString()));
            Assert.True(System.Text.Json.JsonElement.Parse(rule.GetProperty("params").GetProperty("esQuery").GetString()!).TryGetProperty("query", out _));
        });
    }

    [Fact]
    public async Task What_is_there_stays_unless_it_may_be_overwritten()
    {
        var kibana = new FakeKibana();
        await Import(kibana);
        var again = await Import(kibana);
        Assert.Equal(1, again.Code);
        Assert.All(again.Lines, line => Assert.Equal(("exists", "it is there already; --overwrite replaces it"), (line.GetProperty("state").GetString(), line.GetProperty("says").GetString())));
        var replaced = await Import(kibana, "--overwrite");
        Assert.Equal(0, replaced.Code);
        Assert.All(replaced.Lines, line => Assert.Equal("imported", line.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task An_object_that_is_refused_inside_a_good_answer_is_a_line_of_its_own()
    {
        var kibana = new FakeKibana { Refuses = ("coral-nodes", """{"type":"unknown","message":"Document \"coral-nodes\" belongs to a more recent version of Kibana","statusCode":422}""") };
        var run = await Import(kibana);
        Assert.Equal(1, run.Code);
        var line = Assert.Single(run.Lines, line => line.GetProperty("state").GetString() != "imported");
        Assert.Equal(("dashboard", "coral-nodes", "refused", "Document \"coral-nodes\" belongs to a more recent version of Kibana"), (line.GetProperty("type").GetString(), line.GetProperty("id").GetString(), line.GetProperty("state").GetString(), line.GetProperty("says").GetString()));
    }

    [Fact]
    public async Task OpenSearch_Dashboards_gets_the_objects_and_a_word_about_rules()
    {
        var kibana = new FakeKibana { IsKibana = false };
        var run = await Import(kibana);
        Assert.Equal(0, run.Code);
        Assert.EndsWith(" is OpenSearch Dashboards 8.19.2", Assert.Single(run.Complaints));
        Assert.Equal(Shipped.Length, kibana.Objects.Count);
        Assert.Equal(2, kibana.Requests.Count);
        Assert.All(run.Lines.Where(line => line.GetProperty("type").GetString() == "rule"), line => Assert.Equal("skipped", line.GetProperty("state").GetString()));
        var space = await Import(kibana, "--space", "ops");
        Assert.Equal((2, "coral: --space: OpenSearch Dashboards has no spaces"), (space.Code, space.Complaints[^1]));
    }

    [Fact]
    public async Task A_Kibana_without_the_rule_api_gets_the_objects()
    {
        var kibana = new FakeKibana { HasRules = false };
        var run = await Import(kibana);
        Assert.Equal(0, run.Code);
        Assert.Equal(Shipped.Length, run.Lines.Count(line => line.GetProperty("state").GetString() == "imported"));
        Assert.Single(kibana.Requests, request => request.Contains("alerting", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_dry_run_writes_nothing()
    {
        var kibana = new FakeKibana();
        var run = await Import(kibana, "--dry-run");
        Assert.Equal(0, run.Code);
        Assert.Equal(["GET /api/status"], kibana.Requests);
        Assert.True(run.Lines.Count > Shipped.Length);
        Assert.All(run.Lines, line => Assert.Equal("would", line.GetProperty("state").GetString()));
    }

    [Fact]
    public async Task A_space_below_a_base_path_is_asked_with_the_key_of_the_file()
    {
        using var folder = new Folder();
        var kibana = new FakeKibana { Base = "/kibana", Space = "ops", Authorization = "ApiKey abc=" };
        var run = await ImportAt(kibana, "/kibana/", "--space", "ops", "--api-key-file", folder.Write("key", "abc=\n"));
        Assert.Equal(0, run.Code);
        Assert.Equal(["GET /kibana/api/status", "POST /kibana/s/ops/api/saved_objects/_import"], kibana.Requests[..2]);

        var inside = new FakeKibana { Base = "/kibana", Authorization = "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes("ada:pass:word")) };
        var basic = await ImportAt(inside, "/kibana", "--user", "ada", "--password-file", folder.Write("password", "pass:word"));
        Assert.Equal(0, basic.Code);
        Assert.Contains("POST /kibana/api/saved_objects/_import", inside.Requests);
    }

    [Fact]
    public async Task A_server_that_refuses_or_is_no_Kibana_exits_with_3_and_one_line()
    {
        var refused = await Import(new FakeKibana { Authorization = "ApiKey other" });
        Assert.Equal(3, refused.Code);
        Assert.Contains("does not know who asks (401: who are you); give --api-key-file", Assert.Single(refused.Complaints), StringComparison.Ordinal);
        var other = await Import(new FakeKibana { Base = "/elsewhere" });
        Assert.Equal(3, other.Code);
        Assert.Contains("is it Kibana or OpenSearch Dashboards?", Assert.Single(other.Complaints), StringComparison.Ordinal);
    }

    private static Task<Run> Import(FakeKibana kibana, params string[] more) => ImportAt(kibana, "", more);

    private static async Task<Run> ImportAt(FakeKibana kibana, string path, params string[] more)
    {
        await using var server = await FakeServer.Start(kibana.Answer);
        using var folder = new Folder();
        return await Coral.Run(["kibana", "import", "--url", server.Url + path, "--ca-file", folder.Write("ca.crt", server.Pem), "-o", "json", .. more]);
    }
}
