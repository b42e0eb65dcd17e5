using System.Text.Json;
using Coral.Audit.Bootstrap;
using Coral.Audit.Tests.Kibana.Making;
using Coral.Audit.Tests.Kibana.Reading;

namespace Coral.Audit.Tests.Kibana;

/// <summary>What Kibana would complain about, or show as an empty panel, is found here: no Kibana is at hand.</summary>
public sealed class SavedObjectsTests
{
    private static readonly string[] Countable = ["keyword", "constant_keyword", "long", "ip", "date", "boolean", "scaled_float"];
    private static readonly string[] Numeric = ["long", "scaled_float"];

    [Fact]
    public void The_file_is_made_of_its_readable_source()
    {
        var made = SavedObjectsFile.Make();
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1") File.WriteAllText(SavedObject.Path, made);
        Assert.Equal(File.ReadAllText(SavedObject.Path), made);
    }

    [Fact]
    public void Every_object_stands_there_once_and_every_reference_leads_to_one_that_came_before()
    {
        var seen = new HashSet<(string, string)>();
        foreach (var item in SavedObject.Shipped)
        {
            Assert.All(item.References, reference => Assert.True(seen.Contains((reference.Type, reference.Id)), $"{item}: {reference} is not there"));
            Assert.Equal(item.References.Count, item.References.DistinctBy(reference => reference.Name).Count());
            Assert.True(seen.Add((item.Type, item.Id)), $"{item} stands there twice");
            Assert.StartsWith("coral-", item.Id, StringComparison.Ordinal);
        }

        Assert.Equal(["dashboard", "index-pattern", "search", "visualization"], seen.Select(item => item.Item1).Distinct().Order(StringComparer.Ordinal));
        Assert.Equal(["coral-agents", "coral-decisions", "coral-ebpf-overview", "coral-nodes", "coral-refusals", "coral-remediations"], seen.Where(item => item.Item1 == "dashboard").Select(item => item.Item2).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Nothing_is_newer_than_what_Kibana_7_10_and_OpenSearch_Dashboards_understand()
    {
        var floor = new Dictionary<string, string>(StringComparer.Ordinal) { ["index-pattern"] = "7.6.0", ["search"] = "7.9.3", ["visualization"] = "7.10.0", ["dashboard"] = "7.9.3" };
        foreach (var item in SavedObject.Shipped)
        {
            Assert.Equal($$"""{"{{item.Type}}":"{{floor[item.Type]}}"}""", item.Line.GetProperty("migrationVersion").GetRawText());
            Assert.Equal(["id", "type", "attributes", "references", "migrationVersion"], item.Line.EnumerateObject().Select(member => member.Name));
        }
    }

    [Fact]
    public void Json_in_strings_can_be_read_and_names_its_references()
    {
        foreach (var item in SavedObject.Shipped)
        {
            var names = new List<string?>();
            foreach (var member in SavedQuestion.Members(item.Attributes).Where(member => member.Name.EndsWith("JSON", StringComparison.Ordinal) || member.Name is "visState" or "fieldFormatMap"))
                names.AddRange(SavedQuestion.Members(JsonElement.Parse(member.Value.GetString()!)).Where(inner => inner.Name is "panelRefName" or "indexRefName").Select(inner => inner.Value.GetString()));
            Assert.Equal(item.References.Select(reference => reference.Name), names);
        }
    }

    [Fact]
    public void Panels_have_titles_lie_within_the_board_and_beside_each_other()
    {
        foreach (var board in SavedObject.Shipped.Where(item => item.Type == "dashboard"))
        {
            Assert.True(board.Attributes.GetProperty("timeRestore").GetBoolean());
            Assert.StartsWith("now-", board.Attributes.GetProperty("timeFrom").GetString(), StringComparison.Ordinal);
            var taken = new HashSet<(int, int)>();
            foreach (var panel in board.Nested("panelsJSON").EnumerateArray())
            {
                int Of(string name) => panel.GetProperty("gridData").GetProperty(name).GetInt32();
                Assert.InRange(Of("x") + Of("w"), 1, 48);
                for (var x = Of("x"); x < Of("x") + Of("w"); x++)
                    for (var y = Of("y"); y < Of("y") + Of("h"); y++)
                        Assert.True(taken.Add((x, y)), $"{board}: panels {panel.GetProperty("panelIndex")} and another lie on each other");
                Assert.StartsWith("Coral: ", board.Resolve(panel.GetProperty("panelRefName").GetString()).Title, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void Every_field_is_one_of_its_streams_and_can_be_counted_where_it_is_counted()
    {
        var questions = SavedQuestion.Shipped.ToList();
        Assert.True(questions.Count > 50, $"only {questions.Count} questions");
        Assert.Empty(questions.SelectMany(Complaints));
    }

    [Fact]
    public void Every_stream_has_a_view_and_formats_name_its_fields()
    {
        var views = SavedObject.Shipped.Where(item => item.Type == "index-pattern").ToList();
        Assert.Equal(AuditStream.All.Select(stream => stream.Name), AuditStream.All.Where(stream => views.Exists(view => Streams(view.Title).SequenceEqual([stream]))).Select(stream => stream.Name));
        Assert.All(views, view => Assert.All(view.Nested("fieldFormatMap").EnumerateObject(), format => Assert.Contains(FieldCatalogue.All, field => field.Name == format.Name)));
        Assert.All(views, view => Assert.Equal("@timestamp", view.Attributes.GetProperty("timeFieldName").GetString()));
    }

    [Fact]
    public void Rules_have_what_the_rule_api_of_Kibana_7_17_takes_and_ask_for_fields_of_ours()
    {
        Assert.Equal(AlertRule.Shipped.Count, AlertRule.Shipped.DistinctBy(rule => rule.Json.GetProperty("id").GetString()).Count());
        foreach (var rule in AlertRule.Shipped)
        {
            // Any other id than a random UUID (version 4) is refused, since rules keep their keys encrypted.
            Assert.True(Guid.TryParseExact(rule.Json.GetProperty("id").GetString(), "D", out var id) && id.Version == 4, $"{rule.Name}: {rule.Json.GetProperty("id")}");
            Assert.Equal(["id", "name", "tags", "schedule", "params"], rule.Json.EnumerateObject().Select(member => member.Name));
            Assert.Equal(["esQuery", "index", "size", "threshold", "thresholdComparator", "timeField", "timeWindowSize", "timeWindowUnit"], rule.Json.GetProperty("params").EnumerateObject().Select(member => member.Name).Order(StringComparer.Ordinal));
            Assert.NotEmpty(rule.Question.Searched);
        }

        Assert.Empty(AlertRule.Shipped.SelectMany(rule => Complaints(rule.Question)));
    }

    private static IEnumerable<string> Complaints(SavedQuestion question)
    {
        var fields = Streams(question.Index).SelectMany(FieldCatalogue.Of).Where(field => !field.Stored && field.Type != "object").Distinct().ToDictionary(field => field.Name, StringComparer.Ordinal);
        if (fields.Count == 0) yield return $"{question.Name}: {question.Index} is no stream of ours";
        foreach (var name in question.Searched)
        {
            var words = name.EndsWith(".text", StringComparison.Ordinal);
            if (!fields.TryGetValue(words ? name[..^5] : name, out var field) || (words && !field.Words)) yield return $"{question.Name}: {name} can't be searched";
        }

        foreach (var name in question.Shown.Where(name => !fields.ContainsKey(name))) yield return $"{question.Name}: {name} is no field";
        foreach (var (name, aggregation) in question.Counted)
        {
            string[] types = aggregation switch { "date_histogram" or "sort" => ["date"], "sum" or "avg" or "max" or "percentiles" => Numeric, _ => Countable };
            if (!fields.TryGetValue(name, out var field) || !types.Contains(field.Type)) yield return $"{question.Name}: {aggregation} of {name}, which is {field?.Type ?? "no field"}";
        }
    }

    private static IEnumerable<AuditStream> Streams(string index) => index.Split(',').SelectMany(part => AuditStream.All.Where(stream => stream.Name.StartsWith(part.TrimEnd('*'), StringComparison.Ordinal)));
}
