using System.Text.RegularExpressions;
using Coral.Testing;

namespace Coral.Audit.Tests.Alerts;

/// <summary>The alert rules speak of metrics that are there, and each of them has tests.</summary>
public sealed partial class AlertFileTests
{
    private static readonly string Rules = File.ReadAllText(Path.Join(Repository.Root, "manifests", "alerts", "coral.yaml"));

    [Fact]
    public void Every_metric_stands_on_the_page_of_metrics()
    {
        var page = File.ReadAllLines(Path.Join(Repository.Root, "docs", "reference", "metrics.md")).Select(line => line.Split('`')).Where(parts => parts is ["| ", _, ..]).Select(parts => parts[1]).ToHashSet(StringComparer.Ordinal);
        var used = Metric().Matches(Rules).Select(match => match.Value).Distinct().ToList();
        Assert.True(used.Count > 12, $"only {used.Count} metrics");
        Assert.DoesNotContain(used, name => !page.Contains(name) && !page.Contains(Suffix().Replace(name, "")));
    }

    [Fact]
    public void Every_alert_is_tested_to_fire_and_to_keep_quiet_and_says_what_to_do()
    {
        var tests = File.ReadAllText(Path.Join(Repository.Root, "manifests", "alerts", "coral.test.yaml"));
        var alerts = Alert().Matches(Rules).Select(match => match.Groups[1].Value).ToList();
        Assert.True(alerts.Count > 12, $"only {alerts.Count} alerts");
        Assert.All(alerts, alert => Assert.Contains($"name: {alert} fires\n", tests, StringComparison.Ordinal));
        Assert.All(alerts, alert => Assert.Contains($"name: {alert} keeps quiet\n", tests, StringComparison.Ordinal));
        Assert.Equal((alerts.Count, alerts.Count), (Severity().Count(Rules), Rules.Split("          action: ").Length - 1));
    }

    [GeneratedRegex("""\bcoral_[a-z_]+""")]
    private static partial Regex Metric();

    [GeneratedRegex("_(bucket|sum|count)$")]
    private static partial Regex Suffix();

    [GeneratedRegex("- alert: ([A-Za-z]+)\n")]
    private static partial Regex Alert();

    [GeneratedRegex("severity: (critical|warning) ")]
    private static partial Regex Severity();
}
