using System.Text.Json;
using Coral.Cli.Tests.Inject;
using Coral.Policies;
using Coral.Policies.PodSecurity;
using Coral.Testing.Pods;

namespace Coral.Cli.Tests.Pss;

/// <summary>What is judged, by what, and how it is shown.</summary>
public sealed class VerdictTests
{
    private static readonly string Data = Path.Combine(Repository.Root, "tests", "Cli", "Data", "pss", "workloads.yaml");

    private static readonly string[] NotJudged =
    [
        "coral: 2 Services are not judged: no pod comes of them",
        "coral: 1 ConfigMap is not judged: no pod comes of it",
        "coral: 2 NetworkPolicies are not judged: no pod comes of them",
        "coral: 1 batch.volcano.sh/v1alpha1 Job is not judged: no pod comes of it",
    ];

    [Theory]
    [InlineData("table", "restricted", "latest", "pss-table.txt")]
    [InlineData("json", "restricted", "latest", "pss.jsonl")]
    [InlineData("table", "baseline", "v1.0", "pss-table-baseline-v1.0.txt")]
    public async Task Every_kind_that_makes_pods_is_shown_in_order_with_the_words_of_the_API_server(string format, string level, string version, string golden)
    {
        var run = await Coral.Run("pss", "-f", Data, "-o", format, "--level", level, "--version", version);
        Golden.Check(golden, run.Out);
        Assert.Equal(NotJudged, run.Complaints);
        Assert.Equal(1, run.Code);
    }

    [Fact]
    public async Task Restricted_and_latest_are_the_defaults_and_the_table_is()
    {
        var run = await Coral.Run("pss", "-f", Data);
        Assert.Equal((await Coral.Run("pss", "-f", Data, "--level", "restricted", "--version", "latest", "-o", "table")).Out, run.Out);
    }

    public static TheoryData<string> Kinds => [.. Workloads.Kinds];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_workload_of_each_kind_is_judged_by_its_template(string kind)
    {
        foreach (var (level, code) in new[] { ("restricted", 1), ("baseline", 0) })
        {
            var run = await Coral.RunWith(Workloads.Make(kind).ToJsonString(), "pss", "-f", "-", "-o", "json", "--level", level);
            var line = Assert.Single(run.Lines);
            Assert.Equal(code, run.Code);
            Assert.Equal(kind == "Pod" ? "Pod/(unnamed)" : $"{kind}/shop", line.GetProperty("object").GetString());
            Assert.Equal(code == 0, line.GetProperty("allowed").GetBoolean());
            Assert.Equal(code == 0 ? 0 : 4, line.GetProperty("violations").GetArrayLength());
        }
    }

    [Theory]
    [InlineData("restricted", "latest", null)]
    [InlineData("restricted", "v1.22", null)]
    [InlineData("baseline", "v1.34", null)]
    [InlineData("baseline", "v1.99", "v1.30")]
    [InlineData("privileged", "v1.0", null)]
    public async Task The_verdict_on_generated_pods_is_the_evaluators(string level, string version, string? server)
    {
        var pods = Enumerable.Range(0, 400).Select(seed => PodGenerator.Generate(seed, new PodGeneratorOptions { UnknownFields = true, Ephemeral = true })).ToList();
        string[] serverOption = server is null ? [] : ["--server-version", server];
        var run = await Coral.RunWith(string.Join('\n', pods.Select(pod => pod.GetRawText())), ["pss", "-f", "-", "-o", "json", "--level", level, "--version", version, .. serverOption]);

        Assert.True(Levels.TryParse(level, out var asked) & PolicyVersion.TryParse(version, out var at));
        var verdicts = pods.ConvertAll(pod => PodSecurityEvaluator.Evaluate(new PodView(pod), asked, at.Clamp(server is null ? null : new KubernetesVersion(1, 30))));
        Assert.Equal(pods.Zip(verdicts, (pod, verdict) => Expected(pod, verdict, level, version)), run.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(Canonical));
        Assert.Equal(verdicts.TrueForAll(verdict => verdict.Allowed) ? 0 : 1, run.Code);
        Assert.True(level == "privileged" || (verdicts.Exists(verdict => verdict.Allowed) && verdicts.Exists(verdict => !verdict.Allowed)));
    }

    [Theory]
    [InlineData("latest", null, null)]
    [InlineData("v1.37", null, null)]
    [InlineData("v1.99", null, "v1.99 is newer than this build knows: v1.37 is evaluated")]
    [InlineData("latest", "v1.30", null)]
    [InlineData("v1.30", "v1.30.4", null)]
    [InlineData("v1.31", "1.30", "v1.31 is newer than a v1.30 server knows: v1.30 is evaluated")]
    [InlineData("v1.39", "v1.38", "v1.39 is newer than this build knows: v1.37 is evaluated")]
    [InlineData("latest", "v1.38", "latest of a v1.38 server is newer than this build knows: v1.37 is evaluated")]
    public async Task An_older_version_that_stands_in_is_said_once_and_the_results_name_the_one_that_was_asked_for(string version, string? server, string? note)
    {
        string[] serverOption = server is null ? [] : ["--server-version", server];
        var run = await Judged.Of($"{Judged.Refused("a")}\n{Judged.Refused("b")}\n", ["--version", version, .. serverOption]);
        Assert.Equal(note is null ? [] : [$"coral: {note}"], run.Complaints);
        Assert.All(run.Lines, line => Assert.Equal(version, line.GetProperty("version").GetString()));
        Assert.Equal(2, run.Lines.Count);
    }

    /// <summary>A probe's host is refused from v1.34 on; nothing else of the pod is at baseline.</summary>
    [Theory]
    [InlineData("latest", null, false)]
    [InlineData("v1.33", null, true)]
    [InlineData("latest", "v1.33", true)]
    [InlineData("v1.34", "v1.33", true)]
    [InlineData("v1.99", "v1.34", false)]
    public async Task The_older_of_what_is_asked_and_what_the_server_knows_is_evaluated(string version, string? server, bool allowed)
    {
        string[] serverOption = server is null ? [] : ["--server-version", server];
        var run = await Judged.Of(
            """{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"},"spec":{"containers":[{"name":"a","livenessProbe":{"httpGet":{"host":"127.0.0.1"}}}]}}""", ["--version", version, .. serverOption]);
        Assert.Equal(allowed, Assert.Single(run.Lines).GetProperty("allowed").GetBoolean());
        Assert.Equal(allowed ? 0 : 1, run.Code);
    }

    [Fact]
    public async Task On_a_narrow_screen_only_the_violations_go_on_in_the_next_line()
    {
        var run = await Coral.RunOn(80, Judged.Refused("web"), "pss", "-f", "-");
        Golden.Check("pss-narrow.txt", run.Out);
        Assert.All(run.Out.Split('\n'), line => Assert.True(line.Length <= 80, line));
    }

    [Fact]
    public async Task After_a_thousand_rows_the_header_comes_again()
    {
        var run = await Coral.RunWith(string.Concat(Enumerable.Repeat(Judged.Allowed + "\n", 1001)), "pss", "-f", "-", "--level", "baseline");
        var lines = run.Out.Split('\n');
        Assert.Equal([0, 1002], lines.Index().Where(line => line.Item.StartsWith("Object ", StringComparison.Ordinal)).Select(line => line.Index));
        Assert.Equal("1001 objects judged by baseline:latest: 1001 allowed, 0 not", lines[^2]);
        Assert.Equal(0, run.Code);
    }

    [Fact]
    public async Task A_name_that_no_API_server_takes_does_not_spoil_the_table()
    {
        var run = await Coral.RunWith($"{Judged.Refused("good")}\n{Judged.Refused(new string('x', 200_000))}\n", "pss", "-f", "-");
        Assert.Contains("\nPod/good ", run.Out, StringComparison.Ordinal);
        Assert.Contains($"\nPod/{new string('x', 396)}…   -           no        violates PodSecurity \"restricted:latest\": host namespaces (hostPID=true)\n", run.Out, StringComparison.Ordinal);
    }

    private static string Expected(JsonElement pod, Verdict verdict, string level, string version) => Canonical(JsonSerializer.Serialize(new
    {
        @object = $"Pod/{pod.GetProperty("metadata").GetProperty("name")}",
        @namespace = (string?)null,
        level,
        version,
        allowed = verdict.Allowed,
        violations = verdict.Violations.Select(violation => new { check = violation.Check, reason = violation.Reason, detail = violation.Detail }),
    }));

    /// <summary>One spelling of each character; the order of members stays.</summary>
    private static string Canonical(string json) => JsonSerializer.Serialize(JsonElement.Parse(json));
}
