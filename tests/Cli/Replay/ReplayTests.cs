using System.Text.Json;
using Coral.Audit.Events;

namespace Coral.Cli.Tests.Replay;

public sealed class ReplayTests : IDisposable
{
    private const string Default = """
        apiVersion: coral.io/v1alpha1
        kind: InjectionPolicy
        metadata: {name: default}
        spec: {priority: 0, onMismatch: downgrade, rollout: inject}
        """;

    private readonly RecordedSpool spool = new();

    [Fact]
    public async Task The_same_policies_change_nothing()
    {
        await RecordAsync();
        var run = await ReplayAsync(Default);
        Assert.Equal((0, "", "12 decisions made again, 3 of them dry runs: 0 changed, 12 the same.\n"), (run.Code, run.Error, run.Out));
    }

    [Fact]
    public async Task Changes_are_grouped_and_the_largest_group_comes_first()
    {
        await RecordAsync();
        await spool.RecordAsync("{}");
        await spool.RecordAsync("""{"v":7}""");
        await spool.RecordAsync("{}");
        var changed = Default + """

            ---
            apiVersion: coral.io/v1alpha1
            kind: InjectionPolicy
            metadata: {name: cautious}
            spec: {priority: 7, match: {pods: {matchLabels: {app: new}}}, rollout: observe}
            ---
            apiVersion: coral.io/v1alpha1
            kind: InjectionPolicy
            metadata: {name: fewer}
            spec: {priority: 5, match: {namespaces: {names: [shop]}}, modes: {allowed: [restricted]}}
            """;

        var run = await ReplayAsync(changed);
        Assert.Equal((1, ""), (run.Code, run.Error));
        Golden.Check("replay-table.txt", run.Out);
        var json = await ReplayAsync(changed, "-o", "json");
        Assert.Equal((1, ""), (json.Code, json.Error));
        Golden.Check("replay.jsonl", json.Out);
    }

    [Fact]
    public async Task A_policy_that_is_missing_is_a_change_also_where_it_made_no_difference()
    {
        await RecordAsync();
        var run = await ReplayAsync(Default.Replace("name: default", "name: other", StringComparison.Ordinal), "-o", "json");

        Assert.Equal(1, run.Code);
        var summary = run.Lines[^1].GetProperty("summary");
        Assert.Equal(run.Lines.Count - 1, summary.GetProperty("changed").GetInt32());
        Assert.All(run.Lines.SkipLast(1), line => Assert.Equal(("default", "other"), (line.GetProperty("before").GetProperty("policy").GetString()!, line.GetProperty("after").GetProperty("policy").GetString()!)));
        // Whoever did not opt in meets no policy.
        Assert.Equal(2, summary.GetProperty("same").GetInt32());
    }

    [Fact]
    public async Task Without_policies_only_what_none_had_a_say_in_is_decided_again()
    {
        await RecordAsync();
        var run = await Coral.Run("replay", "--from", spool.Path);
        Assert.Equal(0, run.Code);
        Assert.StartsWith("2 decisions made again, 1 of them dry runs: 0 changed, 2 the same. 10 documents were not:\n  10 needs-policies, such as ", run.Out, StringComparison.Ordinal);
        Assert.Contains("give --policy", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_namespace_that_a_policy_excluded_needs_the_policies()
    {
        await spool.RecordAsync(
            """{"v":1,"namespace":"shop","pod":{"spec":{}},"facts":{"namespace":{"labels":{"coral.io/inject":"true"},"annotations":{}}}}""",
            e => e with { Reason = "excluded-namespace" });
        var run = await Coral.Run("replay", "--from", spool.Path, "-o", "json");
        Assert.Equal(2, run.Code);
        Assert.Equal("needs-policies", Assert.Single(run.Lines).GetProperty("summary").GetProperty("notReplayed")[0].GetProperty("code").GetString());
    }

    [Fact]
    public async Task Conditions_narrow_and_by_default_all_are_read()
    {
        await spool.DecideAsync(Enumerable.Range(0, 60).Select(number => ("shop", RecordedSpool.Hardened.Replace("NAME", $"web-{number}", StringComparison.Ordinal))));
        Assert.StartsWith("60 decisions", (await ReplayAsync(Default)).Out, StringComparison.Ordinal);
        Assert.StartsWith("7 decisions", (await ReplayAsync(Default, "--limit", "7")).Out, StringComparison.Ordinal);
        Assert.StartsWith("1 decision made again: 0 changed, 1 the same.", (await ReplayAsync(Default, "--id", "00000000-0000-4000-8000-000000000003")).Out, StringComparison.Ordinal);
        Assert.StartsWith("60 decisions", (await ReplayAsync(Default, "--namespace", "shop", "--outcome", "injected", "--since", "5h")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_to_replay_is_no_proof_that_nothing_changes()
    {
        await RecordAsync();
        var nothing = await ReplayAsync(Default, "--namespace", "nowhere");
        Assert.Equal(2, nothing.Code);
        Assert.StartsWith("coral: nothing found", Assert.Single(nothing.Complaints), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"pod":{"spec":{}},"facts":{"assumedLevel":"restricted"}}""", "older-record")]
    [InlineData("""{"v":99,"pod":{"spec":{}}}""", "newer-record")]
    [InlineData("""{"v":1,"namespace":"shop","pod":{"spec":{}},"facts":{"floor":{"reason":"proved"}}}""", "malformed-record")]
    [InlineData("""{"v":1,"namespace":"shop","pod":"x","facts":{}}""", "malformed-record")]
    [InlineData("""{"v":{}}""", "malformed-record")]
    [InlineData("""[1,2]""", "malformed-record")]
    [InlineData("""{"v":1,"namespace":"shop","pod":{"spec":{"containers":[{}]}},"facts":{"namespace":{"labels":{"coral.io/inject":"true"},"annotations":{}}}}""", "facts-not-recorded")]
    [InlineData("""null""", "not-recorded")]
    public async Task What_cannot_be_replayed_is_counted_with_its_reason(string request, string code)
    {
        await spool.RecordAsync(request);
        await AssertObstacleAsync(code);
    }

    [Fact]
    public async Task So_are_documents_of_other_things()
    {
        await spool.RecordAsync("{}", e => e with { Action = "admission-validate" });
        await AssertObstacleAsync("validation");
        await spool.RecordAsync("{}", e => e with { Reason = "facts-not-ready", Decision = "failed" });
        await AssertObstacleAsync("failed-then", "validation");
        await spool.RecordAsync("\"" + new string('x', DecisionEvent.MaxRequestBytes) + "\"");
        await AssertObstacleAsync("failed-then", "too-large", "validation");
    }

    [Theory]
    [InlineData("""{"v":1,"namespace":""")]
    [InlineData("deep")]
    public async Task Documents_that_cannot_be_read_are_counted_too(string request)
    {
        await RecordAsync();
        await spool.RecordAsync(request == "deep" ? new string('[', 1200) + new string(']', 1200) : request);
        await spool.RecordAsync("{\"v\":2}");
        var run = await ReplayAsync(Default);
        Assert.Equal((0, "coral: documents that cannot be read and were passed over: 1"), (run.Code, Assert.Single(run.Complaints)));
        Assert.Contains("12 the same. 1 document was not:\n  1 newer-record", run.Out, StringComparison.Ordinal);
        var summary = (await ReplayAsync(Default, "-o", "json")).Lines[^1].GetProperty("summary");
        Assert.Equal((13, 1, 12), (summary.GetProperty("read").GetInt32(), summary.GetProperty("unreadable").GetInt32(), summary.GetProperty("replayed").GetInt32()));
    }

    [Fact]
    public async Task All_mistakes_of_the_options_are_said_at_once()
    {
        var run = await Coral.Run("replay", "--policy", "nowhere", "--outcome", "good", "-o", "xml", "--search-api-key-file", "key");
        Assert.Equal(
            [
                "coral: --search-api-key-file needs a URL as --from",
                "coral: --outcome is \"good\"; it must be injected, skipped, denied or failed",
                "coral: --policy nowhere: there is no such folder",
                "coral: -o is \"xml\"; it must be table or json",
            ],
            run.Complaints);
        Assert.Equal(2, run.Code);
    }

    [Fact]
    public async Task A_spool_that_is_not_there_and_a_server_that_does_not_answer_are_one_line()
    {
        var folder = await Coral.Run("replay", "--from", "nowhere");
        Assert.Equal((2, "coral: nowhere: no such folder; give the --spool folder of a process that runs or ran."), (folder.Code, Assert.Single(folder.Complaints)));
        var server = await Coral.Run("replay", "--from", "http://127.0.0.1:1");
        Assert.Equal(3, server.Code);
        Assert.Contains("127.0.0.1:1", Assert.Single(server.Complaints), StringComparison.Ordinal);
        var empty = await Coral.Run("replay", "--from", spool.Path, "--policy", Coral.Samples + "/pods");
        Assert.Equal(2, empty.Code);
    }

    public void Dispose() => spool.Dispose();

    private Task RecordAsync() => spool.DecideAsync(
        Enumerable.Range(1, 12).Select(number => (number switch { < 7 => "shop", < 11 => "shop-baseline", _ => "kube-public" }, Pod(number))));

    private static string Pod(int number)
    {
        var pod = RecordedSpool.Hardened.Replace("NAME", $"web-{number}", StringComparison.Ordinal);
        return number % 5 == 0 ? pod.Replace("\"metadata\":{", "\"metadata\":{\"labels\":{\"app\":\"new\"},", StringComparison.Ordinal) : pod;
    }

    private Task<Run> ReplayAsync(string policies, params string[] more) => Coral.Run(["replay", "--from", spool.Path, "--policy", spool.Policies(policies), .. more]);

    private async Task AssertObstacleAsync(params string[] codes)
    {
        var run = await ReplayAsync(Default, "-o", "json");
        Assert.Equal(2, run.Code);
        Assert.Equal(codes, Assert.Single(run.Lines).GetProperty("summary").GetProperty("notReplayed").EnumerateArray().Select(item => item.GetProperty("code").GetString()!).Order(StringComparer.Ordinal));
        Assert.Equal("coral: none of the documents could be replayed, so nothing is shown to be the same", Assert.Single(run.Complaints));
    }
}
