using System.CommandLine;
using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Coral.Policies;
using Coral.Policies.PodSecurity;
using Coral.Policies.Variants;

namespace Coral.Cli.Tests.Docs;

/// <summary>The reference pages say what the code says. Webhook and audit keep their tables to themselves, so theirs are read from their sources.</summary>
public sealed partial class ReferencePageTests
{
    [Fact]
    public void Every_reason_stands_on_its_page_with_its_sentence()
    {
        var rows = Pages.Rows(Pages.Text("docs/reference/reasons.md"));
        Assert.Equal(
            Reasons.All.Select(reason => $"{reason.Key}: {reason.Value}").Order(StringComparer.Ordinal),
            rows.Select(row => $"{row[0].Trim('`')}: {row[1]}").Order(StringComparer.Ordinal));
        Assert.All(rows, row => Assert.Equal((4, false), (row.Length, row.Any(string.IsNullOrEmpty))));
    }

    [Fact]
    public void Every_rule_stands_on_its_page_in_words()
    {
        var lines = DecisionEngine.Rules.OrderByDescending(rule => rule.Priority).ThenBy(rule => rule.Name, StringComparer.Ordinal)
            .Select(rule => $"| `{rule.Name}` | {(rule.Priority == 0 ? "" : rule.Priority)} | {string.Join(" *or* ", rule.When).Replace("|", "\\|", StringComparison.Ordinal)} | {string.Join(", ", rule.Yields)} |\n");
        Generated.Check("docs/reference/rules.md", "rules", "| Rule | Priority | When | Derives |\n|---|---|---|---|\n" + string.Concat(lines));
    }

    [Fact]
    public void Every_name_that_we_read_or_write_stands_on_the_page_of_labels()
    {
        var page = Pages.Text("docs/reference/labels.md");
        var names = typeof(Vocabulary).GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!).ToList();
        Assert.Contains("coral.io/inject", names);
        Assert.All(names, name => Assert.Contains($"`{name}`", page, StringComparison.Ordinal));
    }

    [Fact]
    public void Every_setting_stands_on_its_page()
    {
        var source = Pages.Text("Webhook/Serving/ServeCommand.cs").Replace(".. SearchSettings.Options,", Pages.Text("Audit/Shipping/Access/SearchSettings.cs"), StringComparison.Ordinal);
        var names = QuotedNames().Match(Pages.Text("Webhook/Settings/ServeOptions.cs")).Groups[1].Value.Split([',', ' ', '\n', '"'], StringSplitOptions.RemoveEmptyEntries);
        var options = Option().Matches(source).ToDictionary(match => match.Groups[1].Value, match => (Value: match.Groups[2].Value, Help: match.Groups[3].Value));
        Assert.Equal(names.Order(StringComparer.Ordinal), options.Keys.Order(StringComparer.Ordinal));

        var table = new StringBuilder("| Option | Environment | Meaning (default) |\n|---|---|---|\n");
        foreach (var (name, (value, help)) in options)
            table.Append($"| `--{name} {value.Replace("|", "\\|", StringComparison.Ordinal)}` | `CORAL_{name.ToUpperInvariant().Replace('-', '_')}` | {help} |\n");
        Generated.Check("docs/reference/settings.md", "settings", table.ToString());
    }

    [Fact]
    public void Every_metric_stands_on_its_page()
    {
        var source = Pages.Text("Webhook/Health/MetricsPage.cs");
        var metrics = Metric().Matches(source).Select(match =>
        {
            var (call, name, type, help) = (match.Groups[1].Value, match.Groups[2].Value, match.Groups[3].Value, match.Groups[4].Value);
            return call switch
            {
                "Head" => (Name: name, Type: type, Help: help),
                "Gauge" => (Name: name, Type: "gauge", Help: help),
                _ => (Name: $"coral_audit_{name}_total", Type: "counter", Help: help),
            };
        }).ToList();
        // Every call is understood, but for the two inside the helpers, which pass on what they were given.
        Assert.Equal(MetricCall().Count(source) - 2, metrics.Count);

        Generated.Check("docs/reference/metrics.md", "metrics", Table(metrics));
    }

    [Fact]
    public void Every_metric_of_the_agent_stands_on_its_page()
    {
        var source = Pages.Text("NodeAgent/Collectors/Metrics/AgentMetrics.cs");
        var metrics = AgentMetric().Matches(source).Select(match => (IsCounter: match.Groups[1].Value == "Counter", Name: match.Groups[2].Value, Unit: match.Groups[3].Value, Help: match.Groups[4].Value)).ToList();
        Assert.Equal(AgentMetricCall().Count(source), metrics.Count);
        var rows = metrics.Select(metric =>
            $"| `{metric.Name.Replace('.', '_')}{metric.Unit switch { "By" => "_bytes", "us" => "_microseconds", _ => "" }}{(metric.IsCounter ? "_total" : "")}` | `{metric.Name}`{(metric.Unit.Length > 0 ? $", {metric.Unit}" : "")} | {(metric.IsCounter ? "counter" : "gauge")} | {metric.Help} |\n");
        Generated.Check("docs/reference/metrics.md", "agent-metrics", "| Metric | With OpenTelemetry | Type | Meaning |\n|---|---|---|---|\n" + string.Concat(rows));
    }

    private static string Table(IEnumerable<(string Name, string Type, string Help)> metrics) =>
        "| Metric | Type | Meaning |\n|---|---|---|\n" + string.Concat(metrics.Select(metric => $"| `{metric.Name}` | {metric.Type} | {metric.Help} |\n"));

    [Fact]
    public async Task The_help_of_every_verb_stands_on_its_page()
    {
        var page = new StringBuilder();
        foreach (var verb in new[] { "inject", "explain", "pss", "test", "audit search", "audit tail", "audit show", "audit verify", "audit key show", "audit key rotate", "audit ship", "audit deadletter list", "audit deadletter replay", "kibana import", "agent status", "nodes", "replay", "review", "uninstall" })
        {
            var run = await Coral.Run([.. verb.Split(' '), "--help"]);
            page.Append($"### coral {verb}\n\n```text\n{Help(run.Out)}\n```\n\n");
        }

        var root = await Coral.Run("--help");
        var verbs = Verb().Matches(root.Out[root.Out.IndexOf("Commands:", StringComparison.Ordinal)..]).Select(match => match.Groups[1].Value);
        Assert.Equal(["inject", "explain", "pss", "test", "audit", "kibana", "agent", "nodes", "replay", "review", "uninstall"], verbs);
        Generated.Check("docs/reference/cli.md", "cli", page.ToString().TrimEnd('\n') + "\n");
    }

    [Fact]
    public void Every_field_of_the_streams_stands_on_its_page()
    {
        var rows = JsonElement.Parse(Pages.Text("Audit/Templates/fields.json")).EnumerateArray().Select(field =>
        {
            var type = field.GetProperty("type").GetString() + (field.TryGetProperty("words", out _) ? ", words" : "") + (field.TryGetProperty("stored", out _) ? ", stored only" : "");
            return $"| `{field.GetProperty("name")}` | {type} | {field.GetProperty("streams")} | {field.GetProperty("means")} |\n";
        });
        Generated.Check("docs/reference/fields.md", "fields", "| Field | Type | Streams | Means |\n|---|---|---|---|\n" + string.Concat(rows));
    }

    [Fact]
    public void The_page_of_variants_says_what_the_catalogue_says()
    {
        string[] names = ["restricted", "ebpf-minimal", "ebpf-full", "ebpf-privileged"];
        Assert.Equal(names.Order(StringComparer.Ordinal), VariantCatalogue.Shipped.Variants.Select(variant => variant.Name).Order(StringComparer.Ordinal));
        var rows = Pages.Rows(Pages.Text("docs/concepts/variants.md")).GroupBy(row => row[0].Trim('`')).ToDictionary(group => group.Key, group => group.First());
        foreach (var (at, name) in names.Index())
        {
            var variant = VariantCatalogue.Shipped.Find(name)!;
            var context = variant.Container.GetProperty("securityContext");
            var adds = context.TryGetProperty("capabilities", out var capabilities) && capabilities.TryGetProperty("add", out var add) ? string.Join(", ", add.EnumerateArray()) : "";
            Assert.StartsWith(adds, rows["Capabilities (all others dropped)"][at + 1], StringComparison.Ordinal);
            Assert.StartsWith(context.GetProperty("runAsUser").GetRawText(), rows["User"][at + 1], StringComparison.Ordinal);
            Assert.StartsWith(context.GetProperty("allowPrivilegeEscalation").GetRawText(), rows["allowPrivilegeEscalation"][at + 1], StringComparison.Ordinal);
            Assert.Equal(variant.NominalLevel.ToText(), rows["Level that the documented table states"][at + 1]);
            Assert.Equal(variant.Automatic ? "yes" : "never", rows["Chosen without being asked for"][at + 1]);
            foreach (var part in new[] { "requests", "limits" })
            {
                var amounts = variant.Container.GetProperty("resources").GetProperty(part);
                Assert.Equal($"{amounts.GetProperty("cpu")}, {amounts.GetProperty("memory")}", rows[char.ToUpperInvariant(part[0]) + part[1..]][at + 1]);
            }

            foreach (var feature in VariantCatalogue.Shipped.Features) Assert.Equal(variant.Lacks.Contains(feature.Name) ? "-" : "yes", rows[feature.Name][at + 2]);
        }

        foreach (var row in DecisionMatrix.Rows) Assert.All(row.Use.Where(use => use != "daemonset"), use => Assert.Contains($"`{use}`", rows[row.Id][2], StringComparison.Ordinal));
    }

    /// <summary>The parser names the program after the process, which here is the test host.</summary>
    private static string Help(string text) => string.Join('\n', text.Split('\n').Select(line => line.TrimEnd())).Trim().Replace($"  {RootCommand.ExecutableName} ", "  coral ", StringComparison.Ordinal);

    [GeneratedRegex("""\("([a-z-]+)", "([^"]+)", "([^"]+)"\),""")]
    private static partial Regex Option();

    [GeneratedRegex("""Names =\s*\[([^\]]+)\]""")]
    private static partial Regex QuotedNames();

    [GeneratedRegex("""\b(Head|Counter|Gauge)\(page, "([a-z_]+)", (?:"([a-z]+)", )?"([^"]+)["]""")]
    private static partial Regex Metric();

    [GeneratedRegex("""\b(Head|Counter|Gauge)\(page, """)]
    private static partial Regex MetricCall();

    [GeneratedRegex("""\b(Counter|Gauge)\("([a-z._]+)", (?:null|"([A-Za-z]+)"), \w+, "([^"]+)", """)]
    private static partial Regex AgentMetric();

    [GeneratedRegex(@"\b(Counter|Gauge)\(""")]
    private static partial Regex AgentMetricCall();

    [GeneratedRegex("""^  ([a-z]+) """, RegexOptions.Multiline)]
    private static partial Regex Verb();
}
